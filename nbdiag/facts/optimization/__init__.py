"""What the steps did.

In reading order:

- ``updates``: how far a step goes
- ``step_size``: whether steps were too long or too short
- ``gradients``: where the gradient is lost
"""
