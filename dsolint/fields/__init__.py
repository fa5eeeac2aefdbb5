"""What a value may be: parse it, say what it seems to be, suggest what was meant. One module per kind."""
