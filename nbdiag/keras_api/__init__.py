"""What Keras offers, as data: the only place in nbdiag that lists its names.

In reading order: `table` (how a table is read), `layers`, `activations`, `losses`, `metrics`,
`optimizers`, `callbacks`, `initializers`, `methods`, `operations`, `applications` (published
architectures), `class_words` (a class name as a word), and `renamed` (names of Keras 1 and 2).
The tables are in ``tables/``, a row a class; ``scripts/read_keras.py`` writes what Keras says of
itself and keeps the columns that it does not say. A test compares them with the installed Keras.
"""
