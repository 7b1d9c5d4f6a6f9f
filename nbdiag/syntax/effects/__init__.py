"""What a call of the user's functions would change beside its result, without calling them.

In reading order:

- ``value_sets``: what a piece of code may stand for
- ``attributes``: what is found under a name of an object, without running code of the user's
- ``libraries``: which functions and methods of others act, and whose a function is
- ``namespace``: the names of a function's scope
- ``expressions``: what its expressions stand for
- ``scope``: what its statements change
- ``reader``: the functions that a call runs, each read once
- ``cell_acts``: what a whole cell would do outside
- ``without_text``: functions whose text is gone
"""
