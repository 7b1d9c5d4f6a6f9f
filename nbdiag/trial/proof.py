"""Try fixes on copies of the user's training, and say what they change."""

from collections.abc import Sequence
from typing import Any

import keras

from nbdiag.capture.state_guard import preserve_state
from nbdiag.edits.changes import live_edits
from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild
from nbdiag.language import say, speaking, spoken
from nbdiag.schema.changes import Change
from nbdiag.schema.finding import Fix, Proof
from nbdiag.syntax.text.lines import split_lines
from nbdiag.trial.held_out import HeldOut, hold_out
from nbdiag.trial.materialize import in_arrays
from nbdiag.trial.run import Arm, Weights
from nbdiag.trial.scores import Reading
from nbdiag.trial.setup.training import Setup
from nbdiag.trial.verdict import weigh

_METRICS = {"classes": "AUC", "tags": "AUC", "numbers": "explained variance"}


def prove(
    setup: Setup,
    fixes: Sequence[Fix],
    seeds: Sequence[int] = (0, 1),
    steps: int = 40,
    n_jobs: int = 1,
) -> tuple[Proof, ...]:
    """Train each fix and the unchanged training from the same seeds, and compare them.

    Both sides start from the same weights wherever their shapes agree, see the same batches, and
    are read on the same held-out rows in the same way. To be called after the user's ``fit``:
    nothing of the user's is touched. Callbacks take no part.

    Parameters
    ----------
    setup
        The user's training. Of a data set, so many rows are read as can be without moving it.
    fixes
        What to try; a combination is a fix with the changes of several.
    seeds
        One short run of each side per seed. With one seed, lucky initial weights decide.
    steps
        Length of a run. 40 steps distinguished stuck from repaired trainings on three architectures
        (the AUC sees it 10 to 20 steps before the accuracy); a lower learning rate needed 80, so a
        trial in which nothing trains is repeated at twice the length.
    n_jobs
        Processes to share the fixes (through joblib); 1 stays in this one. A model with code of
        the user's cannot be sent to another process and is tried here all the same.

    Returns
    -------
    tuple of Proof
        One per fix; "failed" with the reason where a fix could not be tried.
    """
    if not seeds:
        raise ValueError("Give at least one seed.")
    tries = [fix.changes for fix in fixes]
    if n_jobs == 1 or len(tries) < 2 or not _can_travel(setup):  # noqa: PLR2004
        return tuple(_prove_all(setup, tries, tuple(seeds), steps))
    import joblib

    shared = joblib.Parallel(n_jobs=n_jobs, backend="loky")(
        joblib.delayed(_prove_elsewhere)(spoken(), setup, [changes], tuple(seeds), steps)
        for changes in tries
    )
    return tuple(proof for one in shared for proof in one)


class ProofStopped(KeyboardInterrupt):
    """An interrupt during a proof.

    Attributes
    ----------
    tried, total
        Fixes that had been tried, and that were to be tried.
    proofs
        What came of those that had been tried.
    report
        The report with these proofs, once it is known.
    """

    def __init__(self, tried: int, total: int, proofs: Sequence[Proof] = ()) -> None:
        super().__init__(tried, total)
        self.tried = tried
        self.total = total
        self.proofs = tuple(proofs)
        self.report: Any = None


class _Unchanged:
    """The training without a change, made and read once for all fixes."""

    def __init__(self, setup: Setup, held_out: HeldOut) -> None:
        self.held_out = held_out
        self.arm = Arm(setup, UNCHANGED, held_out)
        self._known: dict[tuple[int, int], tuple[Weights, Reading]] = {}

    def run(self, seed: int, steps: int) -> tuple[Weights, Reading]:
        if (seed, steps) not in self._known:
            start = self.arm.begin(seed)
            self._known[seed, steps] = start, _finish(self.arm, seed, steps)
        return self._known[seed, steps]


def _prove_all(
    setup: Setup, tries: Sequence[Sequence[Change]], seeds: tuple[int, ...], steps: int
) -> list[Proof]:
    with preserve_state(runs_user_code=True):
        try:
            setup = in_arrays(setup)
            before = _Unchanged(setup, hold_out(setup.fit_arguments))
        except CannotRebuild as reason:
            return [_not_tried(reason) for _ in tries]
        proofs: list[Proof] = []
        for changes in tries:
            try:
                proofs.append(_prove(setup, changes, before, seeds, steps))
            except KeyboardInterrupt:
                raise ProofStopped(len(proofs), len(tries), proofs) from None
        return proofs


def _prove_elsewhere(
    language: str,
    setup: Setup,
    tries: Sequence[Sequence[Change]],
    seeds: tuple[int, ...],
    steps: int,
) -> list[Proof]:
    """Prove in another process, which begins with the default language."""
    with speaking(language):
        return _prove_all(setup, tries, seeds, steps)


def _prove(
    setup: Setup,
    changes: Sequence[Change],
    before: _Unchanged,
    seeds: tuple[int, ...],
    steps: int,
) -> Proof:
    try:
        edits = live_edits(changes)
        if not edits.shows_in_steps:
            return Proof(
                "no difference", say("A short trial cannot show it: it changes no single step.")
            )
        if edits.deals:
            before = _Unchanged(setup, hold_out(setup.fit_arguments, edits))
        after = Arm(setup, edits, before.held_out)
    except CannotRebuild as reason:
        return _not_tried(reason)
    metric = _METRICS[before.arm.task()]
    for length in (steps, 2 * steps):
        runs = [_both(before, after, seed, length) for seed in seeds]
        sides = [item[0] for item in runs], [item[1] for item in runs]
        proof = weigh(metric, seeds, *sides, steps=length, rows=before.held_out.count)
        if proof.verdict != "no difference" or any(item.learnt for run in runs for item in run):
            break
    return proof


def _both(before: _Unchanged, after: Arm, seed: int, steps: int) -> tuple[Reading, Reading]:
    start, reading = before.run(seed, steps)
    after.begin(seed, like=start)
    return reading, _finish(after, seed, steps)


def _finish(arm: Arm, seed: int, steps: int) -> Reading:
    try:
        arm.train(seed, steps)
        return arm.read()
    except Exception as problem:  # noqa: BLE001 - a training may fail in any way; that is a result
        lines = split_lines(str(problem).strip() or "no message")
        return Reading(float("nan"), error=f"{type(problem).__name__}: {lines[0].rstrip('.')}")


def _not_tried(reason: CannotRebuild) -> Proof:
    return Proof("failed", say("Not tried: {reason}.", reason=reason.said()))


def _can_travel(setup: Setup) -> bool:
    """Whether all of a setup can be sent to another process: it holds no code of the user's."""
    things = [*setup.model.layers, *keras.tree.flatten(setup.model.loss)]
    return all(_is_plain(item) for item in things)


def _is_plain(thing: Any) -> bool:
    if isinstance(thing, keras.Model):
        return all(_is_plain(item) for item in thing.layers)
    if isinstance(thing, keras.layers.Lambda) or (
        callable(thing) and not hasattr(thing, "get_config")
    ):
        return False
    return type(thing).__module__.split(".")[0] in ("keras", "builtins")
