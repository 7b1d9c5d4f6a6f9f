"""What rules ask of the text of functions, classes and failed cells.

In reading order:

- ``layer_use``: how layers are made and applied, where that failed
- ``custom_functions``: the functions that Keras is given, and what they return and call
- ``own_step``: what a custom training step computes its loss from
- ``objective``: the expression that it minimises
- ``loss_terms``: terms that are sums beside terms that are means
- ``loss_sign``: log-probabilities of what was rewarded, with their sign
- ``plain_model``: whether the text makes one model, a plain chain of layers
- ``batches``: classes and data sets that give batches
- ``failed_code``: what is written in the lines that failed
"""
