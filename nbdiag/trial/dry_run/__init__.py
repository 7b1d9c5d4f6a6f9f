"""A cell run for a try: on few samples, and nothing of the user's is changed by it.

In reading order:

- ``samples``: the few samples that stand for all
- ``short_training``: ``fit``, ``evaluate`` and ``predict`` made short
- ``object_state``: the user's objects, put back afterwards
- ``library_state``: what libraries keep for the whole process, put back as well
- ``file_guard``: files, processes and connections refused
- ``time_limit``: an end after so many seconds
- ``cell_run``: one cell, run
- ``fix_gate``: fixes of a cell that failed, tried
"""
