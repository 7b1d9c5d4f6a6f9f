"""One warm process beside the kernel, in which experiments run.

In reading order:

- ``worker``: the process as its user sees it: started once, asked again and again
- ``background_task``: one question to it: progress, result, cancel
- ``process``: what runs in it
- ``progress_report``: how a function there says how far it is
- ``frames``: messages over its pipes
- ``process_settings``: what both processes should agree on
"""

from nbdiag.trial.worker.background_task import Cancelled, CannotSend, NotLoaded, Task, WorkerDied
from nbdiag.trial.worker.progress_report import report, reports_to
from nbdiag.trial.worker.worker import Worker, close_worker, session_worker

__all__ = [
    "Cancelled",
    "CannotSend",
    "NotLoaded",
    "Task",
    "Worker",
    "WorkerDied",
    "close_worker",
    "report",
    "reports_to",
    "session_worker",
]
