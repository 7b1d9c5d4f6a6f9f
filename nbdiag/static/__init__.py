"""A program's text to `TrainingRun`s, one for each fit that it is sure to make; nothing is run.

In reading order:

- ``keras_objects``: layers, tensors, models and settings, as the text makes them
- ``keras_library``: what Keras' functions, objects and methods mean to the reader of a text
- ``call_settings``: the arguments of a call by their names, as plain values
- ``layer_record``: one layer as a run records it
- ``model_record``: a model as a run records it: its layers in order, its outputs
- ``compile_record``: what compile was given
- ``fit_record``: what fit was given
- ``program``: the cells of a program to its runs
"""
