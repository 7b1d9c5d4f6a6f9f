"""Somebody else's repair, compared with the training that it should repair."""

import copy
import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from types import CodeType
from typing import Any

import numpy as np

from nbdiag.experiments import Listener, ProgressLine, Training, stays
from nbdiag.language import Reason
from nbdiag.schema.cell import Cell
from nbdiag.schema.finding import Proof
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import parse_cell
from nbdiag.trial.worker import CannotSend, NotLoaded, reports_to, session_worker

Given = str | Training

_NAME = "<candidate>"


class CannotCompare(Reason):
    """Two trainings cannot be compared."""


def compare(
    before: Given,
    after: Given,
    *,
    seeds: int | None = None,
    budget: float | None = None,
    here: bool = False,
) -> Proof:
    """Train two trainings from the same seeds on copies, and say whether the second is better.

    Parameters
    ----------
    before, after
        Each a pair of a compiled model and the arguments of its ``fit`` as a dictionary, or the
        text of a cell. A text is run up to its ``fit``, with the names of the caller: what it
        assigns, and what it changes in arrays, lists and dictionaries, is a copy.
    seeds
        To be tried at most: the question ends where it is decided. By default twelve.
    budget
        Seconds of CPU, by default a minute.
    here
        Whether to train in this process, and not in a separate one.

    Returns
    -------
    Proof
        Its ``verdict`` and, in a sentence, the numbers.

    Raises
    ------
    ValueError
        When a text cannot be run up to a ``fit``.

    Examples
    --------
    >>> nbdiag.compare((model, {"x": x, "y": y, "epochs": 20}), text)    # doctest: +SKIP
    """
    caller = sys._getframe(1)  # noqa: SLF001 - the names that a text is run with
    names = {**caller.f_globals, **caller.f_locals}
    try:
        first, second = (
            training_of(item, names) if isinstance(item, str) else item for item in (before, after)
        )
    except CannotCompare as reason:
        raise ValueError(reason.said()) from reason
    with ProgressLine() as line:
        return compared(first, second, seeds, budget, here, listener=line.hear, remark=line.remark)


def compared(
    before: Training,
    after: Training,
    seeds: int | None = None,
    budget: float | None = None,
    here: bool = False,
    *,
    listener: Listener | None = None,
    remark: Callable[[str], None] | None = None,
) -> Proof:
    """Compare two trainings in the worker, or here where they cannot be sent.

    Parameters
    ----------
    before, after, seeds, budget, here
        As for `compare`.
    listener
        Hears how far it is, perhaps in another thread.
    remark
        Called with a sentence where this process cannot be left.
    """
    from nbdiag.trial.setup.training import Setup
    from nbdiag.trial.setup.transport import sent

    setups = Setup(*before), Setup(*after)
    if not here:
        try:
            task = session_worker().run(
                _compared, *setups, seeds, budget, progress=listener, pickled=sent
            )
            try:
                found: Proof = task.result()
            except KeyboardInterrupt:
                task.cancel()
                raise
        except (CannotSend, NotLoaded) as reason:
            if remark is not None:
                remark(stays(reason))
        else:
            return found
    with reports_to(listener):
        return _compared(*setups, seeds, budget)


def _compared(before: Any, after: Any, seeds: int | None, budget: float | None) -> Proof:
    from nbdiag.trial.proof import SEEDS
    from nbdiag.trial.proof import compare as compare_setups

    tried = SEEDS if seeds is None else range(seeds)
    return compare_setups(before, after, tried, budget=budget)


def training_of(text: str, names: Mapping[str, Any]) -> Training:
    """Run the text of a cell up to its first ``fit``, and return what that was called on and with.

    Parameters
    ----------
    text
        Python code.
    names
        What it may use. Nothing of that is changed: arrays, lists and dictionaries are copied.

    Raises
    ------
    CannotCompare
        When the text fails, or calls no ``fit``.
    """
    from nbdiag.capture.state_guard import preserve_state
    from nbdiag.capture.watch import watch

    found: list[Training] = []

    def keep(model: Any, arguments: Mapping[str, Any], seen: Any) -> None:
        if not found:
            found.append((model, seen.instead_of(arguments)))

    try:
        code = parse_cell(text).compiled(_NAME)
        space = {**names, **_copies(code, names)}
        with preserve_state(runs_user_code=True), redirect_stdout(io.StringIO()):
            cell = Cell(1, text)
            with watch(cell, probes="off", check_only=True, quiet=True, on_fit=keep):
                exec(code, space)  # noqa: S102 - the user asks for it
    except Refused as problem:
        raise CannotCompare(
            "The text is not Python, so that there is nothing to compare: {problem}.",
            problem=problem.said(),
        ) from problem
    except Exception as problem:
        if not found:
            raise CannotCompare(
                "The cell ended with {kind} before a fit: {problem}",
                kind=type(problem).__name__,
                problem=problem,
            ) from problem
    if not found:
        raise CannotCompare("The cell calls no fit, so that there is nothing to compare.")
    return found[0]


def _copies(code: CodeType, names: Mapping[str, Any]) -> dict[str, Any]:
    """Copy what the code could change in place."""
    used = {name for part in _parts(code) for name in part.co_names}
    return {
        name: copy.deepcopy(names[name]) for name in used if name in names and _holds(names[name])
    }


def _parts(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts(constant)


def _holds(value: Any) -> bool:
    """Whether a value holds others that can be replaced in it."""
    table = type(value).__module__.split(".")[0] in ("pandas", "polars")
    return table or isinstance(value, np.ndarray | list | dict | set | bytearray)
