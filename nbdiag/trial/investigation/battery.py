"""The experiments of an investigation, in their order, each said as it ends."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from nbdiag.capture.state_guard import preserve_state
from nbdiag.edits.changes import live_edits
from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild
from nbdiag.facts.data.arrays import leaked_share
from nbdiag.facts.model.input_path import entries_of
from nbdiag.facts.training.lost_numbers import breaks_before_a_step, lost_numbers
from nbdiag.fixes.conflicts import merged
from nbdiag.language import Reason, say
from nbdiag.schema.finding import Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Break
from nbdiag.schema.run import TrainingRun
from nbdiag.trial.investigation import judgement, sentences
from nbdiag.trial.investigation.reduction import needed
from nbdiag.trial.investigation.sentences import Cure
from nbdiag.trial.investigation.simple_learner import simple_skill
from nbdiag.trial.investigation.variations import Variation, variations_of
from nbdiag.trial.proof import judged_samples
from nbdiag.trial.run import Arm
from nbdiag.trial.scores import CannotJudge
from nbdiag.trial.setup.training import Setup
from nbdiag.trial.worker import report

BUDGET = 60.0
"""Seconds of CPU, where none are named."""
_STARTS = (0, 1, 2)
# The unchanged training from other seeds: what luck does.
_OTHER_STARTS = (1_000_000, 1_000_001)
# Trainings longer than that are cut; the copies must reach the user's result all the same.
_MOST_STEPS, _LEAST_STEPS = 600, 40
_TIMED_STEPS = 10
# Trainings beside those of single changes: copies, all changes, a reduction, the other starts.
_FURTHER = 12
_MOST_CURES = 2
# Two cures that differ by less do as much.
_ALIKE = 0.1


@dataclass(frozen=True)
class Investigated:
    """What an investigation has done.

    Attributes
    ----------
    lines
        What was said of each step.
    finding
        What it has found, its fixes without cells; None for nothing.
    """

    lines: tuple[str, ...]
    finding: Finding | None = None


@dataclass(frozen=True)
class Step:
    """A step of an investigation has ended."""

    text: str


class Ended(Exception):  # noqa: N818 - an end, and not an error
    """An investigation has ended without a cure; its text says why, or what was ruled out."""


def investigate(
    run: TrainingRun, setup: Setup, own: float, budget: float | None = None
) -> Investigated:
    """Look for what a training that went badly would need, by experiments on copies of it.

    Parameters
    ----------
    run
        The training as it was recorded.
    setup
        The same, to be copied.
    own
        What it has reached, by `nbdiag.trial.investigation.own_result.own_skill`.
    budget
        Seconds of CPU, None for a minute.

    Returns
    -------
    Investigated
        A line per step, and a finding where a change makes it train; nothing on a training that
        works, or that the copies do not repeat.
    """
    battery = _Battery(run, setup, own, BUDGET if budget is None else budget)
    finding: Finding | None = None
    with preserve_state(runs_user_code=True):
        try:
            finding = battery.run()
        except Ended as end:
            battery.say(str(end))
        except Reason as reason:
            battery.say(say("Not investigated: {reason}.", reason=reason.said().rstrip(".")))
    return Investigated(tuple(battery.lines), finding)


class _Battery:
    """One investigation."""

    def __init__(
        self,
        run: TrainingRun,
        setup: Setup,
        own: float,
        budget: float,
        clock: Callable[[], float] = time.process_time,
    ) -> None:
        self._run = run
        self._setup = setup
        self._own = own
        self._variations = variations_of(run)
        self._budget = budget
        self._clock = clock
        self._begun = clock()
        self._arms: dict[tuple[Variation, ...], Arm] = {}
        self._skills: dict[tuple[tuple[Variation, ...], int], float] = {}
        self._length = _MOST_STEPS
        self._base: Arm
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        """Report that a step has ended."""
        self.lines.append(text)
        report(Step(text))

    def run(self) -> Finding | None:
        """Make the experiments; raise `Ended` where they end without a cure."""
        self._look_at_the_start()
        self._look_at_the_split()
        self._ask_for_a_need()
        self._base = self._unchanged()
        copies = self._copies()
        simple = self._simple()
        tried = self._usable()
        usual = self._usual(tried)
        best = max(item for item in (simple, usual, 0.0) if item is not None)
        if not judgement.is_short_of(self._mean(copies), best):
            raise Ended(sentences.nothing_sentence(self._own, usual, simple))
        cures = self._confirmed(self._candidates(tried, usual, best), best)
        if not cures:
            raise Ended(self._without_a_cure(simple, usual))
        found = sentences.finding_of(cures, best, simple, self._steps(), self._spent)
        self.say(found.message)
        return found

    def _look_at_the_start(self) -> None:
        """Step (a): what is not a number before the first step comes first."""
        if not breaks_before_a_step(self._run):
            self.say(say("Fresh weights give numbers, forward and backward."))
            return
        data = (*self._run.data.inputs, *self._run.data.labels)
        if any(item.nans or item.infinities for item in data):
            raise Ended(
                say(
                    "The samples hold values that are not numbers: that comes first, and no change "
                    "of the settings is tried."
                )
            )
        lost = lost_numbers(self._run)
        place = lost.place if lost is not None and isinstance(lost.place, Break) else None
        raise Ended(sentences.broken_sentence(place))

    def _look_at_the_split(self) -> None:
        """Step (e): whether the validation samples are new ones."""
        for split in (self._run.data.split, self._run.data.passed):
            if isinstance(split, Missing):
                continue
            share = leaked_share(split)
            if not isinstance(share, Missing) and share > 0:
                self.say(
                    say(
                        "Of the validation samples {share:.0%} are trained on, too: what they "
                        "show is memory.",
                        share=share,
                    )
                )
                return

    def _ask_for_a_need(self) -> None:
        self.say(
            say(
                "Your training has reached a skill of {own:.2f} (0: it ignores the inputs, 1: "
                "perfect).",
                own=self._own,
            )
        )
        if not judgement.needs_a_cure(self._own):
            raise Ended(say("It works: there is nothing to look for."))

    def _unchanged(self) -> Arm:
        arm = Arm(self._setup, UNCHANGED, judged_samples(self._setup))
        self._arms[()] = arm
        arm.train(_STARTS[0], 1, keep=True)
        begun = self._clock()
        arm.train(_STARTS[0], 1 + _TIMED_STEPS)
        seconds = (self._clock() - begun) / _TIMED_STEPS
        trainings = len(self._variations) + _FURTHER
        room = int(self._left / max(seconds, 1e-6) / trainings)
        self._length = min(_MOST_STEPS, arm.own_steps, max(_LEAST_STEPS, room))
        return arm

    def _copies(self) -> list[float]:
        """Step (b): whether copies do what the user's training did."""
        copies = [self._skill((), seed) for seed in _STARTS[:2]]
        reached = ", ".join(f"{item:.2f}" for item in copies)
        if judgement.reproduces(self._own, copies):
            self.say(
                say(
                    "Copies of it reach {reached} in {steps} steps: they do as it did.",
                    reached=reached,
                    steps=self._steps(),
                )
            )
            return copies
        if self._length < self._base.own_steps:
            raise Ended(
                say(
                    "Copies reach {reached} in {steps} steps, and not its {own:.2f} of {all} "
                    "steps: nothing can be learnt from them in this time (--budget allows more).",
                    reached=reached,
                    steps=self._length,
                    own=self._own,
                    all=self._base.own_steps,
                )
            )
        raise Ended(
            say(
                "Copies with fresh weights reach {reached}, and not its {own:.2f}: they are "
                "another training, and prove nothing about it.",
                reached=reached,
                own=self._own,
            )
        )

    def _simple(self) -> float | None:
        """Step (d): whether there is a signal."""
        tasks = list(self._base.tasks.values())
        try:
            if len(tasks) != 1:
                raise CannotJudge("the model has {count} outputs", count=len(tasks))  # noqa: TRY301
            found = simple_skill(
                self._setup, self._base.held_out, tasks[0], words=_reads_words(self._run)
            )
        except CannotJudge as reason:
            self.say(say("A simple learner says nothing here: {reason}.", reason=reason.said()))
            return None
        self.say(say("A simple learner on the same samples reaches {skill:.2f}.", skill=found))
        return found

    def _usable(self) -> tuple[Variation, ...]:
        """Leave out what cannot be made on a copy."""
        usable = []
        for variation in self._variations:
            with suppress(CannotRebuild):
                self._arm((variation,))
                usable.append(variation)
        return tuple(usable)

    def _usual(self, tried: Sequence[Variation]) -> float | None:
        """Step (c): everything that is unusual made as usual."""
        everything = tuple(item for item in tried if not item.alone)
        if not everything:
            return None
        found = self._skill(everything, _STARTS[0])
        words = ", ".join(say(item.words) for item in everything)
        self.say(say("With {words}: {skill:.2f}.", words=words, skill=found))
        return found

    def _candidates(
        self, tried: Sequence[Variation], usual: float | None, best: float
    ) -> list[tuple[Variation, ...]]:
        """Find single changes that help from one start, else the set of them that is needed."""
        everything = tuple(item for item in tried if not item.alone)
        singles: list[tuple[float, tuple[Variation, ...]]] = []
        for item in tried:
            if everything == (item,):
                found = usual or 0.0
            else:
                found = self._skill((item,), _STARTS[0])
                self.say(say("With {words}: {skill:.2f}.", words=say(item.words), skill=found))
            if self._helps((item,), best):
                singles.append((found, (item,)))
        if singles:
            most = max(found for found, _ in singles)
            return [one for found, one in singles if found >= most - _ALIKE]
        if len(everything) < 2 or not self._helps(everything, best):  # noqa: PLR2004
            return []
        return [needed(everything, lambda some: self._helps(some, best))]

    def _confirmed(self, candidates: Sequence[tuple[Variation, ...]], best: float) -> list[Cure]:
        """Try candidates from further starts, against what luck does."""
        cures: list[Cure] = []
        for parts in candidates:
            before = tuple(self._skill((), seed) for seed in _STARTS)
            others = [self._skill((), seed) for seed in _OTHER_STARTS]
            after = tuple(self._skill(parts, seed) for seed in _STARTS)
            if judgement.helps(before, after, best) and not judgement.is_luck(
                before, others, after
            ):
                cures.append(Cure(parts, before, after))
            if len(cures) == _MOST_CURES:
                break
        return cures

    def _helps(self, parts: tuple[Variation, ...], best: float) -> bool:
        start = _STARTS[0]
        return judgement.helps([self._skill((), start)], [self._skill(parts, start)], best)

    def _without_a_cure(self, simple: float | None, usual: float | None) -> str:
        if simple is not None and judgement.is_short_of(usual or 0.0, simple):
            return say(
                "A simple learner reaches {simple:.2f}, so the inputs hold the answer; none of the "
                "usual settings helps: look at the layers and at custom code.",
                simple=simple,
            )
        return say("No change that was tried helps from every start.")

    def _skill(self, parts: tuple[Variation, ...], seed: int) -> float:
        """Train with changes from a start, once; what cannot be trained has no skill."""
        if (parts, seed) not in self._skills:
            if self._left <= 0:
                raise Ended(
                    say(
                        "The time of {seconds:.0f} s is spent: no cure is certain by then "
                        "(--budget allows more).",
                        seconds=self._budget,
                    )
                )
            try:
                arm = self._arm(parts)
            except CannotRebuild:
                found = 0.0
            else:
                course = arm.train(seed, min(self._length, arm.own_steps))
                found = judgement.skill_of(list(arm.tasks.values()), course.at(arm.own_steps))
            self._skills[parts, seed] = found
        return self._skills[parts, seed]

    def _arm(self, parts: tuple[Variation, ...]) -> Arm:
        if parts not in self._arms:
            changes = merged([part.changes for part in parts])
            edits = live_edits(changes)
            self._arms[parts] = Arm(self._setup, edits, self._base.held_out, like=self._base)
        return self._arms[parts]

    def _steps(self) -> int:
        return min(self._length, self._base.own_steps)

    @property
    def _spent(self) -> float:
        return self._clock() - self._begun

    @property
    def _left(self) -> float:
        return self._budget - self._spent

    @staticmethod
    def _mean(values: Sequence[float]) -> float:
        return sum(values) / len(values)


def _reads_words(run: TrainingRun) -> bool:
    """Whether the inputs are looked up: numbers that mean nothing as numbers."""
    if isinstance(run.model, Missing):
        return False
    entries = entries_of(run.model, run.data.inputs)
    return not isinstance(entries, Missing) and any(item.kind == "looked up" for item in entries)
