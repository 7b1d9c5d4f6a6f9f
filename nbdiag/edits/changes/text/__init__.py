"""Edits of cells whose model was never built.

In reading order:

- ``calls``
- ``data``
- ``inputs``
"""
