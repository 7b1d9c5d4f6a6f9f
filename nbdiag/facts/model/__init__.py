"""The model as a graph.

In reading order:

- ``graph``: what a signal meets between layers with weights
- ``outputs``: each output with its loss, metrics and labels
- ``losses``: losses by what they expect
- ``initializers``: how fresh weights are drawn
- ``receptive_field``: how much of an image one unit sees
- ``input_path``: how inputs reach the first layer with weights
"""
