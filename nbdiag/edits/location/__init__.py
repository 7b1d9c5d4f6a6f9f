"""Where in the text something is made.

In reading order:

- ``calls``: fit, compile and the layers of the model
- ``layer_calls``: the call that made each layer
- ``layer_match``: calls and live layers brought together
- ``model_definition``: the text that defines the model
"""
