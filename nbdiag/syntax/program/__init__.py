"""What the names of a program stand for, found by reading it; nothing of it is ever run.

In reading order:

- ``domain``: the values that a text can show, and what it cannot
- ``name_scope``: the names of a module or a function
- ``literal_arithmetic``: operators on values that are written out
- ``python_builtins``: functions and methods of Python's that only compute
- ``library_protocol``: what a library adds: the meaning of its functions, objects and methods
- ``branches``: what holds after a branch that may or may not be taken
- ``invocation``: attributes and calls
- ``evaluation``: the value of an expression
- ``function_calls``: functions of the program, and objects of its classes
- ``interpreter``: statement after statement
"""
