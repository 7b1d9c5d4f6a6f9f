"""A cell of Keras 1 or 2 written for Keras 3.

In reading order:

- ``cell``: the whole
- ``context``: what every part works with
- ``imports``, ``names``, ``calls``, ``methods``, ``layers``, ``training``, ``backend``: the parts
"""
