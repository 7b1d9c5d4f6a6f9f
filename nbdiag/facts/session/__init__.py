"""The runs of one session.

In reading order:

- ``runs``: what they have to do with each other
- ``previous_run``: the run to compare with
"""
