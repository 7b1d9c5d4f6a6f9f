"""Keras to `TrainingRun`: watch every ``fit`` and change nothing by it.

`watch` is the way in; `sites` notes where layers and models are made. What belongs to one ``fit``
is held by a session, and let go when that ``fit`` ends.
"""
