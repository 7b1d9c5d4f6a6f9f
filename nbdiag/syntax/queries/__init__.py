"""What rules about failed cells ask of the text.

In reading order:

- ``layer_use``: how layers are made and applied, where that failed
- ``custom_functions``: the functions that Keras is given, and what they return and call
- ``plain_model``: whether the text makes one model, a plain chain of layers
- ``batches``: classes and data sets that give batches
- ``failed_code``: what is written in the lines that failed
"""
