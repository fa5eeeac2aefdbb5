"""Run the rules over what was read: columns.py over one column, blocks.py over a block, files.py over a file, and
keys.py holds what has to be compared over a whole delivery."""
