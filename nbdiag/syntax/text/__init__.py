"""The text of a cell, read without judging it.

In reading order:

- ``lines``: lines as Python and IPython count them
- ``source_bytes``: the text of a script's bytes
- ``ipython``: IPython syntax hidden from the parser
- ``parsing``: the one place that parses
- ``nodes``: kinds of syntax nodes
- ``parsed_cell``: a text with its tree and exact places
- ``scopes``: which names a piece of code binds and reads
"""
