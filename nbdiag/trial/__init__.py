"""Changes on live objects: a training made again, tried and compared with what it was.

In reading order:

- ``setup``: a training again, with changes
- ``proof``: fixes tried, in one experiment
- ``proof_progress``: how far it is
- ``selection``: which fixes of a report are tried
- ``race``: arms raced over seeds, within a budget
- ``sequential``: the test that decides, after any seed
- ``run``: one arm, trained and read
- ``held_out``, ``scores``: what it is judged on, and how
- ``initial_values``, ``callback_calls``, ``seeding``: what both sides have in common
- ``duration``: what only a whole training shows
- ``verdict``: a result in words
- ``worker``: one process beside the kernel, in which experiments run
- ``dry_run``: a cell run for a try, on few samples
- ``rate_test``, ``learning_rate``: a learning rate found on a copy
"""
