"""The one reader of the user's text; it writes nothing.

In reading order:

- ``parsing``: text to a syntax tree, a value or tokens, without a word of Python's
- ``lines``: lines, and what ends them
- ``ipython``: magics and shell lines hidden from the parser
- ``parsed_cell``: a cell's tree, with exact places
- ``scopes``: names that code binds, reads and changes
- ``imports``: what names mean in Keras
- ``nodes``: what can be asked of a piece of code, without the classes of Python's trees
- ``calls``: the calls of the cells, with their arguments by meaning
- ``call_sites``: where a call is written, and which call is written at a place
- ``definitions``: the functions and classes of the cells
- ``origins``: where the cells write a value out: constants, entries, defaults, JSON and YAML
- ``loops``: which values an expression takes in the turns of the loops around it
- ``values``: what expressions stood for when a cell failed
- ``effects``: what the functions of a model would change if they were called
- ``layer_chain``: the layers that the text declares
- ``keras_statements``: which statements make Keras objects
- ``model_trace``: the calls that make the layers of a model
- ``arithmetic``: functions and operators that a line applies to numbers
- ``data``: how the text makes the data: pipelines, augmentation, shuffles, splits
- ``program``: what the names of a whole program are, statement after statement
- ``queries``: what rules about failed cells ask of the text
- ``refusal``: the reason why a text cannot be read with certainty
"""
