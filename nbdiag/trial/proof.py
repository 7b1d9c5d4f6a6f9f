"""Try fixes on copies of the user's training, and say what they change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import keras

from nbdiag.capture.fit.callback_list import listed, steers
from nbdiag.capture.state_guard import preserve_state
from nbdiag.edits.changes import live_edits
from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild, LiveEdits
from nbdiag.language import say, speaking, spoken
from nbdiag.schema.changes import Change
from nbdiag.schema.finding import Fix, Proof
from nbdiag.trial.duration import needs_whole_training, shows
from nbdiag.trial.held_out import FEW, HeldOut, count_samples, possible_held_out
from nbdiag.trial.proof_progress import ProofStopped, Tried, Trying
from nbdiag.trial.race import Limits, RaceStopped, Result, race
from nbdiag.trial.run import Arm, per_output, tasks_of
from nbdiag.trial.scores import METRICS, CannotJudge, check_labels
from nbdiag.trial.sequential import LEAST_SEEDS
from nbdiag.trial.setup.compile import output_names
from nbdiag.trial.setup.fit_arguments import as_array, row_count
from nbdiag.trial.setup.training import Setup
from nbdiag.trial.verdict import proof_of
from nbdiag.trial.worker import report

SEEDS = tuple(range(12))
BUDGET = 60.0
"""Seconds of CPU for one proof, where none are named."""
# A named budget may be spent on longer trainings, each twice as long as the one before.
_DOUBLINGS = 8
_TIMED_STEPS = 10


def prove(
    setup: Setup,
    fixes: Sequence[Fix],
    seeds: Sequence[int] = SEEDS,
    steps: int | None = None,
    budget: float | None = None,
    n_jobs: int = 1,
) -> tuple[Proof, ...]:
    """Train each fix and the unchanged training from the same seeds, and compare them.

    Both sides start from the same values of every variable whose shape and initializer the fix
    leaves alone, see the same batches, and are read on the same held-out samples in the same way.
    To be called after the user's ``fit``: nothing of the user's is touched. Callbacks that steer
    the training take part, others do not.

    Parameters
    ----------
    setup
        The user's training, with the samples in arrays. Data in a stream are not read again: of
        a watched ``fit`` the samples seen in passing stand in for them.
    fixes
        What to try; a combination is a fix with the changes of several.
    seeds
        At most so many are tried, in this order: each question ends where it is decided.
    steps
        Length of a run, None for 40; and for 80 and 160 where neither side trains. Never longer
        than the training as the user wrote it. 40 steps distinguished stuck from repaired trainings
        on three architectures (the AUC sees it 10 to 20 steps before the accuracy); a lower
        learning rate needed 80.
    budget
        Seconds of CPU for all fixes together, None for a minute. What only the whole training
        shows is tried where the budget is enough.
    n_jobs
        Processes to share the fixes (through joblib); 1 stays in this one. A model with code of
        the user's cannot be sent to another process and is tried here all the same.

    Returns
    -------
    tuple of Proof
        One per fix.
    """
    if not seeds:
        raise ValueError("Give at least one seed.")
    tries = [fix.changes for fix in fixes]
    limits = _limits(tuple(seeds), steps, budget)
    if n_jobs == 1 or len(tries) < 2 or not _can_travel(setup):  # noqa: PLR2004
        return tuple(_prove_all(setup, tries, limits))
    import joblib

    shared = joblib.Parallel(n_jobs=n_jobs, backend="loky")(
        joblib.delayed(_prove_elsewhere)(spoken(), setup, [changes], limits) for changes in tries
    )
    return tuple(proof for one in shared for proof in one)


def compare(
    before: Setup,
    after: Setup,
    seeds: Sequence[int] = SEEDS,
    steps: int | None = None,
    budget: float | None = None,
) -> Proof:
    """Train two trainings from the same seeds, and say whether the second one is better.

    Both have the same samples in the same order, in whatever form; each is read on its own form of
    the same held-out samples.

    Parameters
    ----------
    before, after
        The two trainings.
    seeds, steps, budget
        As for `prove`.

    Returns
    -------
    Proof
        What the second one does, against the first.
    """
    with preserve_state(runs_user_code=True):
        return _Experiment(before, _limits(tuple(seeds), steps, budget)).compare(after)


def _limits(seeds: tuple[int, ...], steps: int | None, budget: float | None) -> Limits:
    if steps is not None:
        return Limits(seeds, BUDGET if budget is None else budget, (steps,))
    if budget is None:
        return Limits(seeds, BUDGET)
    first = Limits().lengths[0]
    return Limits(seeds, budget, tuple(first * 2**n for n in range(_DOUBLINGS)))


def _prove_elsewhere(
    language: str, setup: Setup, tries: Sequence[Sequence[Change]], limits: Limits
) -> list[Proof]:
    """Prove in another process, which begins with the default language."""
    with speaking(language):
        return _prove_all(setup, tries, limits)


def _prove_all(setup: Setup, tries: Sequence[Sequence[Change]], limits: Limits) -> list[Proof]:
    with preserve_state(runs_user_code=True):
        experiment = _Experiment(setup, limits)
        try:
            return experiment.run(tries)
        except KeyboardInterrupt:
            known = experiment.proofs
            raise ProofStopped(len(known), len(tries), known) from None


class _Experiment:
    """The fixes of one proof, in groups that one race can hold."""

    def __init__(self, setup: Setup, limits: Limits) -> None:
        self._setup = setup
        self._limits = limits
        self._begun = limits.clock()
        self._total = 0
        self.proofs: dict[int, Proof] = {}
        self._remarks = _remarks_on_callbacks(setup)

    def run(self, tries: Sequence[Sequence[Change]]) -> list[Proof]:
        proofs = self.proofs
        self._total = len(tries)
        short: dict[int, LiveEdits] = {}
        others: list[dict[int, LiveEdits]] = []
        for place, changes in enumerate(tries):
            try:
                edits = live_edits(changes)
            except CannotRebuild as reason:
                proofs[place] = _not_tried(reason)
                continue
            if not shows(edits):
                text = say("A trial cannot show it: it changes no single step.")
                proofs[place] = Proof("no difference", text)
            elif edits.deals or needs_whole_training(edits):
                others.append({place: edits})
            else:
                short[place] = edits
        for group in (short, *others):
            if group:
                proofs |= self._group(group)
        return [proofs[place] for place in range(len(tries))]

    def compare(self, after: Setup) -> Proof:
        self._total = 1
        try:
            _check_samples(self._setup, after)
            held_out = judged_samples(self._setup, UNCHANGED)
            unchanged = Arm(self._setup, UNCHANGED, held_out)
            arm = Arm(after, UNCHANGED, held_out, like=unchanged)
        except CannotRebuild as reason:
            return _not_tried(reason)
        except CannotJudge as reason:
            return _not_judged(reason)
        return self._race(unchanged, {0: arm}, whole=False)[0]

    def _group(self, group: Mapping[int, LiveEdits]) -> dict[int, Proof]:
        first = next(iter(group.values()))
        try:
            held_out = judged_samples(self._setup, first)
            unchanged = Arm(self._setup, UNCHANGED, held_out)
        except CannotRebuild as reason:
            return dict.fromkeys(group, _not_tried(reason))
        except CannotJudge as reason:
            return dict.fromkeys(group, _not_judged(reason))
        proofs: dict[int, Proof] = {}
        arms: dict[int, Arm] = {}
        for place, edits in group.items():
            try:
                arms[place] = Arm(self._setup, edits, held_out, like=unchanged)
            except CannotRebuild as reason:
                proofs[place] = _not_tried(reason)
        return proofs | self._race(unchanged, arms, needs_whole_training(first))

    def _race(self, unchanged: Arm, arms: dict[int, Arm], whole: bool) -> dict[int, Proof]:
        limits = replace(self._limits, seconds=self._left())
        if whole and arms:
            (arm,) = arms.values()
            own = max(unchanged.own_steps, arm.own_steps)
            if own > limits.lengths[-1]:
                seconds = own * LEAST_SEEDS * _seconds_of_step(unchanged, arm, limits)
                if seconds > self._left():
                    return dict.fromkeys(arms, _too_long(limits.lengths[0], own, seconds))
            limits = replace(limits, lengths=(own,), seconds=self._left())
        tasks = unchanged.tasks
        floors = [METRICS[task][1] for task in tasks.values()]
        held_out = unchanged.held_out
        remarks = [*_remarks_on_samples(held_out), *self._remarks]

        places = list(arms)

        def proof(place: int, result: Result) -> Proof:
            steps = unchanged.own_steps, arms[place].own_steps
            return proof_of(result, tasks, steps, held_out.count, remarks)

        def written(results: Sequence[Result]) -> dict[int, Proof]:
            return {
                place: proof(place, result) for place, result in zip(places, results, strict=True)
            }

        def on_seed(number: int, seeds: int, result: Result | None) -> None:
            place = places[number]
            if result is None:
                report(Trying(place, self._total, seeds))
            else:
                report(Tried(place, proof(place, result)))

        try:
            return written(race(unchanged, list(arms.values()), floors, limits, on_seed))
        except RaceStopped as stopped:
            finished = written(stopped.results).items()
            self.proofs |= {
                place: proof for place, proof in finished if proof.verdict != "undecided"
            }
            raise

    def _left(self) -> float:
        return self._limits.seconds - (self._limits.clock() - self._begun)


def judged_samples(setup: Setup, edits: LiveEdits = UNCHANGED) -> HeldOut:
    """Choose the first set of samples on which every output can be judged.

    Raises
    ------
    CannotRebuild
        When the samples are not in arrays.
    CannotJudge
        When there is no such set.
    """
    problem: CannotJudge | None = None
    for held_out in possible_held_out(setup.fit_arguments, edits):
        labels = per_output(setup.model, held_out.of(setup.fit_arguments)[1])
        try:
            for name, task in tasks_of(setup).items():
                check_labels(task, as_array(labels[name]))
        except CannotJudge as reason:
            problem = reason
        else:
            return held_out
    assert problem is not None  # noqa: S101 - without a set the generator has raised
    raise problem


def _seconds_of_step(unchanged: Arm, arm: Arm, limits: Limits) -> float:
    """Measure what a step of both sides takes, once both are traced."""
    total = 0.0
    for side in (unchanged, arm):
        side.train(limits.seeds[0], 1, keep=True)
        begun = limits.clock()
        side.train(limits.seeds[0], 1 + _TIMED_STEPS)
        total += (limits.clock() - begun) / _TIMED_STEPS
    return total


def _too_long(steps: int, own: int, seconds: float) -> Proof:
    text = say(
        "Undecided: {steps} steps cannot show it, and the whole training has {own}. To try that on "
        "{seeds} seeds takes about {seconds:.0f} s of CPU: --budget {budget}m.",
        steps=steps,
        own=own,
        seeds=LEAST_SEEDS,
        seconds=seconds,
        budget=max(1, round(2 * seconds / 60)),
    )
    return Proof("undecided", text)


def _not_tried(reason: CannotRebuild) -> Proof:
    return Proof("cannot be judged", say("Not tried: {reason}.", reason=reason.said()))


def _not_judged(reason: CannotJudge) -> Proof:
    text = say("Cannot be judged on these samples: {reason}.", reason=reason.said())
    return Proof("cannot be judged", text)


def _check_samples(before: Setup, after: Setup) -> None:
    """Raise `CannotRebuild` unless both trainings can have the same samples."""
    first, second = (_counts(setup.fit_arguments) for setup in (before, after))
    if first != second:
        raise CannotRebuild(
            "the two trainings have other samples: {before} and {after}",
            before=first[0],
            after=second[0],
        )
    outputs = [len(output_names(setup.model)) for setup in (before, after)]
    if outputs[0] != outputs[1]:
        raise CannotRebuild("the two models have another number of outputs")


def _counts(arguments: Mapping[str, Any]) -> tuple[int, int | None, Any]:
    """Count the samples of a training, those of its validation, and the share held out."""
    validation = arguments.get("validation_data")
    other = row_count(validation[0]) if isinstance(validation, list | tuple) else None
    return count_samples(arguments), other, arguments.get("validation_split") or 0.0


def _remarks_on_samples(held_out: HeldOut) -> list[str]:
    if len(held_out.folds) > 1:
        return [
            say(
                "With {count} samples in all, each was judged by a training without it.",
                count=held_out.count,
            )
        ]
    if held_out.count < FEW:
        return [say("The held-out samples are few.")]
    return []


def _remarks_on_callbacks(setup: Setup) -> list[str]:
    every = listed(setup.fit_arguments.get("callbacks"))
    names = dict.fromkeys(type(item).__name__ for item in every if not steers(item))
    if not names:
        return []
    return [say("Callbacks that took no part: {names}.", names=", ".join(names))]


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
