"""What is said of a run as a whole, beside its findings.

In reading order:

- ``soundness``: how good a training is in which nothing was found
- ``caveats``: what must be known to read a report
- ``comparison``: what has become of a training since its run before
- ``fits_table``: all fits of one cell
"""
