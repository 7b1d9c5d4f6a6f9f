"""Run the forms in one process, bare or watched, each in a shell of its own.

    python -m tests.neutrality.runner bare|watched [NAME …]

Names come from the arguments or, one a line, from standard input when there is none. Each line of
the output is the JSON of one form: its name and all that a user could tell apart.
"""

import contextlib
import gc
import inspect
import io
import json
import os
import re
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.terminal.interactiveshell import TerminalInteractiveShell
from traitlets.config import Config

from tests.capture import state
from tests.neutrality.described import described, of_every_run
from tests.neutrality.displays import Displays
from tests.neutrality.forms import FORMS
from tests.neutrality.forms.form import BEGIN, Form

# What IPython and the forms' common beginning put into the namespace.
_COMMON = {
    "In",
    "Out",
    "exit",
    "quit",
    "open",
    "get_ipython",
    "np",
    "keras",
    "tf",
    "net",
    "linear",
    "graph",
}


def main() -> None:
    mode, *names = sys.argv[1:]
    names = names or sys.stdin.read().splitlines()
    # Only results go to the parent; what writes to the file beneath sys.stdout must not mix in.
    results = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    import matplotlib as mpl

    mpl.use("agg")
    import tensorflow as tf

    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})  # half the time
    # What is loaded now is not looked through again after each form.
    gc.collect()
    gc.freeze()
    home = os.environ["IPYTHONDIR"] = tempfile.mkdtemp()
    for form in (form for form in FORMS if form.name in names):
        began = time.process_time()
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            lived = _live(form, watched=mode == "watched")
        lived["seconds"] = round(time.process_time() - began, 2)
        results.write(json.dumps({"name": form.name, **lived}, default=repr) + "\n")
        results.flush()
    Path(home, "done").touch()


def _live(form: Form, *, watched: bool) -> dict[str, Any]:
    _begin()
    untouched = _attributes()
    with _shell(TerminalInteractiveShell if form.terminal else InteractiveShell) as shell:
        if watched:
            shell.extension_manager.load_extension("nbdiag")
        _cell(shell, BEGIN, stored=False)
        _begin()
        around, classes, threads = state.surroundings(), _attributes(), set(threading.enumerate())
        cells = [_cell(shell, cell) for cell in form.cells(watched=watched)]
        lived = {"cells": cells, **_left(shell), "random": _streams()}
        lived["surroundings"] = _changed(around, state.surroundings())
        lived["classes"] = _changed_attributes(classes)
        lived["threads"] = sorted(
            of_every_run(thread.name) for thread in set(threading.enumerate()) - threads
        )
        lived["report"] = _report(shell) if watched else None
        if watched:
            shell.extension_manager.unload_extension("nbdiag")
        lived["classes after unloading"] = _changed_attributes(untouched)
    gc.collect()
    return lived


def _begin() -> None:
    import tensorflow as tf

    state.fresh()
    tf.random.set_global_generator(tf.random.Generator.from_seed(7))


@contextlib.contextmanager
def _shell(kind: type[InteractiveShell]) -> Iterator[InteractiveShell]:
    InteractiveShell.clear_instance()
    config = Config()
    config.TerminalInteractiveShell.simple_prompt = True
    config.HistoryManager.hist_file = ":memory:"
    shell = kind.instance(config=config)
    shell.run_line_magic("colors", "nocolor")
    filters = list(warnings.filters)
    # Python forgets what it has warned of when filters change: each form hears of everything.
    warnings.simplefilter("default")
    try:
        yield shell
    finally:
        warnings.filters[:] = filters
        shell.history_manager.end_session()
        kind.clear_instance()


def _cell(shell: InteractiveShell, text: str, *, stored: bool = True) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    displays = Displays()
    kept, shell.display_pub = shell.display_pub, displays
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            result = shell.run_cell(text, store_history=stored)
    finally:
        shell.display_pub = kept
    error = result.error_before_exec or result.error_in_exec
    space = shell.user_ns
    return {
        "stdout": of_every_run(out.getvalue()),
        "stderr": of_every_run(err.getvalue()),
        "shown": [of_every_run(str(item)) for item in displays.users],
        "ours": displays.ours,
        "error": None if error is None else of_every_run(f"{type(error).__name__}: {_text(error)}"),
        "result": described(result.result),
        "succeeded": (result.success, shell.last_execution_succeeded),
        "count": (result.execution_count, shell.execution_count),
        "Out": described(dict(space.get("Out", {}))),
        "_": [described(space.get(name)) for name in ("_", "__", "___")],
    }


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as problem:  # noqa: BLE001 - a form's error has no text
        return repr(problem)


def _left(shell: InteractiveShell) -> dict[str, Any]:
    names = {name for name in shell.user_ns if not name.startswith("_")} - _COMMON
    return {
        "names": sorted(set(shell.user_ns)),
        "values": {name: described(shell.user_ns[name]) for name in sorted(names)},
        "history": [
            re.sub(r"^(?:# )?%%?traindiag[^\n]*(?:\n|\Z)", "", text, flags=re.MULTILINE)
            for text in shell.history_manager.input_hist_raw
        ],
    }


def _streams() -> dict[str, Any]:
    """Read every random stream, and what the next layer is called and begins with."""
    import random

    import keras
    import numpy as np
    import tensorflow as tf
    from keras.src.backend.common import global_state
    from tensorflow.python.eager import context

    seeds = global_state.get_global_attribute("global_seed_generator")
    return {
        "python": state.digest([np.array(random.getstate()[1])]),
        "numpy": state.digest([np.random.get_state()[1]]),  # noqa: NPY002
        "tensorflow": repr(context.context()._rng.getstate()),
        "generator": described(tf.random.get_global_generator().state),
        "keras": None if seeds is None else described(seeds.state.value),
        "names": dict(global_state.get_global_attribute("object_name_uids") or {}),
        "draws": [random.random(), np.random.random(), float(keras.random.uniform(()))],  # noqa: NPY002
        "layer": described(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])),
    }


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name, value in before.items() if _kept(value, after[name]) != value]


def _kept(before: Any, after: Any) -> Any:
    """Leave out what is new: a logger that is asked for by name is made."""
    if not isinstance(before, dict):
        return after
    return {name: value for name, value in after.items() if name in before}


def _attributes() -> dict[tuple[type, str], Any]:
    """Find what each class of Keras has for a name, inherited or its own.

    Python makes ``__annotations__`` when somebody reads them.
    """
    return {
        (kind, name): inspect.getattr_static(kind, name)
        for kind, attributes in state.classes().items()
        for name in attributes
        if name != "__annotations__"
    }


def _changed_attributes(before: dict[tuple[type, str], Any]) -> list[str]:
    return sorted(
        f"{kind.__name__}.{name}"
        for kind, name in {*before, *_attributes()}
        if inspect.getattr_static(kind, name, None)
        is not before.get((kind, name), inspect.getattr_static(kind.__base__, name, None))
    )


def _report(shell: InteractiveShell) -> Any:
    """Sum up what nbdiag said, so that a form that nothing watches is noticed."""
    import nbdiag

    report = nbdiag.last_report()
    if report is None:
        return None
    return {
        "codes": [finding.code for finding in report.findings],
        "crashed": [
            (check.code, check.reason) for check in report.checks if check.status == "crashed"
        ],
        "fits": report.run.fits,
    }


if __name__ == "__main__":
    main()
