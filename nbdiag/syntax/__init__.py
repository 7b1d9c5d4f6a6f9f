"""The one reader of the user's text; it writes nothing.

In reading order:

- ``parsing``: text to a syntax tree, a value or tokens, without a word of Python's
- ``lines``: lines, and what ends them
- ``ipython``: magics and shell lines hidden from the parser
- ``parsed_cell``: a cell's tree, with exact places
- ``scopes``: names that code binds, reads and changes
- ``imports``: what names mean in Keras
- ``keras_statements``: which statements make Keras objects
- ``model_trace``: the calls that make the layers of a model
- ``refusal``: the reason why a text cannot be read with certainty
"""
