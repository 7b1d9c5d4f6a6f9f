"""Changes to text: the cell that the user would have written.

`write_cell` is the whole surface. The user's text is parsed with Python's own grammar and edited
in place, range by range, so what a change does not name stays byte for byte what it was.
"""

from nbdiag.edits.new_cell import NewCell, write_cell

__all__ = ["NewCell", "write_cell"]
