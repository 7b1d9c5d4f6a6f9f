"""The data as their statistics show them.

In reading order:

- ``arrays``: scale, marks of missing values, shared samples
- ``overflow``: statistics that overflowed
- ``labels``: how labels are written
- ``task``: what the user is trying to learn
- ``targets``: the scale of regression targets
- ``scale``: the scale on which inputs arrive
"""
