"""A Keras model as a value.

In reading order:

- ``model``: the whole
- ``layers``: its layers, nested models flattened
- ``outputs``: how each output ends
- ``traced_graph``: layers and outputs of a custom class, read off a trace
- ``compile``: what `compile` was given
- ``config``: configurations as plain data
- ``activations``: names of activation functions
- ``variable_values``: values of variables
- ``library``: Keras 3 or tf_keras
"""
