"""What the steps did.

In reading order:

- ``updates``: how far a step goes
- ``step_size``: whether steps were too long or too short
- ``swept_rate``: whether the rate was swept upwards on purpose
- ``gradients``: where the gradient is lost
"""
