"""Edits of single places of a text.

In reading order:

- ``text_edits``: edits collected and made at once
- ``statements``: whole statements
- ``arguments``: arguments and list elements
- ``call_arguments``: the arguments of one call
- ``layer_position``: how a layer is put into its model
- ``qualified_name``: a name in the style of the notebook
- ``literals``: values as a person writes them
"""
