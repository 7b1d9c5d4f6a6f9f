"""The model measured on one fixed batch, beside the training.

In reading order:

- ``schedule``: when to measure
- ``prober``: what one measurement is
- ``step``: forward and backward in one traced function
- ``forward``: one pass that leaves no trace in the model
- ``moving_averages``: those of batch normalization that have not seen a batch yet
- ``autodiff``: gradients by the library that Keras computes on
- ``first_break``: where values stop being numbers
- ``measure``: numbers of a tensor
- ``batch``: the fixed batch
- ``batch_size``: how many samples it has
- ``tensor_spec``: shapes and types of a batch
- ``graph_cache``: graphs that serve models built alike
- ``unoptimized_graph``: graphs that run a few times only
- ``build``: a model that waits for its first batch
- ``side_effects``: whether a call would change anything else
"""
