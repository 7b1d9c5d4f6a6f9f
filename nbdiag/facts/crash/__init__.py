"""What an exception of Keras says; the family of crashes will get a package of rules and facts.

In reading order:

- ``exception``: its line, shapes and layer
- ``kind``: which fault it is
- the others: what the cell and the data add
"""
