"""From bytes to blocks of columns, each record with its physical line.

source.py opens and unpacks, text.py decodes, blocks.py cuts at record ends, records.py reads one record after the
other with Python's csv module, and parsing.py makes columns of a block: with Arrow where the block is regular, with
records.py where it is not. Both give the same columns, records and lines.
"""
