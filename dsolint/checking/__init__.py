"""Run the rules over what was read: columns.py over one column, blocks.py over a block, keys.py over a whole file."""
