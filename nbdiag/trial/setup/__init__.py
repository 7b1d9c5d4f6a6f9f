"""A training made again on copies, with changes.

In reading order:

- ``training``: the training as it was set up
- ``model_refs``: what a ``fit`` was called with, kept loosely
- ``transport``: a training sent to another process
- ``rebuild``: what should differ, made so
- ``compile``, ``fit_arguments``: the arguments again
- ``train_step``: the step that a copy takes
- ``layers``, ``layer_copy``, ``input_scaling``, ``split``: the parts
"""
