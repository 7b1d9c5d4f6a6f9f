"""The one reader of the user's text.

- ``parsing``: text to a syntax tree, a value or tokens, without a word of Python's
"""
