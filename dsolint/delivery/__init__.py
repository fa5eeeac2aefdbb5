"""Send what passes: the request, the answer, the receipt, the history and the guard."""
