"""What changes make of the live training.

In reading order:

- ``edits``: what should differ, as plain values
- ``compile``, ``model``: the setup and the layers again, as text
- ``cell``: a cell that works on the model itself
"""
