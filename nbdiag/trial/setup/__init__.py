"""A training made again on copies, with changes.

In reading order:

- ``training``: the training as it was set up
- ``rebuild``: what should differ, made so
- ``compile``, ``fit_arguments``: the arguments again
- ``train_step``: the step that a copy takes
- ``layers``, ``layer_copy``, ``input_scaling``, ``split``: the parts
"""
