"""From the result of a race to a verdict with its numbers."""

import math
from collections.abc import Mapping, Sequence
from statistics import median

from nbdiag.language import say
from nbdiag.schema.finding import Proof, Trial
from nbdiag.trial.race import Course, Result
from nbdiag.trial.scores import METRICS, Reading, Task
from nbdiag.trial.sequential import MARGIN


def proof_of(
    result: Result,
    tasks: Mapping[str, Task],
    lengths: tuple[int, int],
    samples: int,
    remarks: Sequence[str] = (),
) -> Proof:
    """Write down what a race says of one fix.

    Parameters
    ----------
    result
        Of the race.
    tasks
        What each output should learn, in the order of the readings.
    lengths
        Steps of the whole training, before and after.
    samples
        How many samples were held out.
    remarks
        Sentences on how it was tried.

    Returns
    -------
    Proof
        With one trial for each output, and one for its accuracy where it has one.
    """
    if result.outcome == "failed":
        text = say("The fix could not be trained: {reason}.", reason=result.reason)
        return Proof("failed", text)
    if result.outcome == "cannot be judged":
        text = say(
            "A copy of the training fails with the fix and without: {reason}.", reason=result.reason
        )
        return Proof("cannot be judged", text)
    steps = tuple(min(result.steps, own) for own in lengths)
    trials = [
        trial
        for place, (name, task) in enumerate(tasks.items())
        for trial in _trials(result, place, name if len(tasks) > 1 else "", task, max(steps))
    ]
    numbers = " ".join(
        [
            *(
                _numbers(result, place, name if len(tasks) > 1 else "", task, steps, samples)
                for place, (name, task) in enumerate(tasks.items())
            ),
            *_ends(result),
            *remarks,
        ]
    )
    intervals = [item.interval for item in result.decisions]
    gain = intervals[0] if intervals and all(map(math.isfinite, intervals[0])) else None
    return Proof(result.outcome, _headed(result, numbers), tuple(trials), gain)


def _headed(result: Result, numbers: str) -> str:
    if result.outcome == "worse":
        return say("The fix did worse here: {numbers}", numbers=numbers)
    if result.outcome == "no difference":
        return say("No difference above {margin:g}: {numbers}", margin=MARGIN, numbers=numbers)
    if result.outcome == "undecided":
        return say("Undecided: {numbers}", numbers=numbers)
    return numbers


def _ends(result: Result) -> list[str]:
    """Report why it is undecided, and what would decide it."""
    if result.outcome != "undecided":
        return []
    if result.reason:
        reason = say(result.reason)
        return [say("It was not tried further: {reason}.", reason=reason)]
    if result.needed is None or result.seconds is None:
        return [say("More seeds of this kind would not decide it.")]
    return [
        say(
            "About {seeds} seeds would decide it, {seconds:.0f} s of CPU in all.",
            seeds=result.needed,
            seconds=max(1.0, result.seconds),
        )
    ]


def _numbers(
    result: Result,
    place: int,
    output: str,
    task: Task,
    steps: tuple[int, ...],
    samples: int,
) -> str:
    before, after = (_last(side, place, result.steps) for side in (result.before, result.after))
    count = len(before)
    text = say(
        "{before} of {count} train → {after} of {count} train after {steps} steps; median "
        "{metric} on {samples} held-out samples {median_before} → {median_after}",
        before=sum(item.learnt for item in before),
        count=count,
        after=sum(item.learnt for item in after),
        steps=" → ".join(map(str, dict.fromkeys(steps))),
        metric=METRICS[task][0],
        samples=samples,
        median_before=_middle(before),
        median_after=_middle(after),
    )
    failed = [item.error for item in before if item.error]
    if failed and len(failed) == count:
        text += say(" (unchanged, {reason})", reason=failed[0])
    return f"{output}: {text}." if output else f"{text}."


def _last(courses: Sequence[Course], place: int, step: int) -> list[Reading]:
    return [_reading(course, place, step) for course in courses]


def _reading(course: Course, place: int, step: int) -> Reading:
    readings = course.at(step)
    return readings[place] if readings else Reading(math.nan, error=course.raised)


def _middle(side: Sequence[Reading]) -> str:
    values = [item.value for item in side if not math.isnan(item.value)]
    return f"{median(values):.2f}" if values else say("none")


def _trials(result: Result, place: int, output: str, task: Task, steps: int) -> list[Trial]:
    read_at = sorted(
        {
            step
            for course in (*result.before, *result.after)
            for step in course.steps
            if step <= result.steps
        }
    )

    def values(courses: Sequence[Course], attribute: str) -> tuple[float, ...]:
        last = _last(courses, place, result.steps)
        return tuple(float(getattr(item, attribute)) for item in last)

    def curves(courses: Sequence[Course], attribute: str) -> tuple[tuple[float, ...], ...]:
        return tuple(
            tuple(_value(course, place, step, attribute) for step in read_at) for course in courses
        )

    def trial(name: str, attribute: str) -> Trial:
        return Trial(
            name,
            result.seeds,
            values(result.before, attribute),
            values(result.after, attribute),
            steps,
            output,
            tuple(read_at),
            curves(result.before, attribute),
            curves(result.after, attribute),
            values(result.others, attribute),
        )

    trials = [trial(METRICS[task][0], "value")]
    accuracies = (*values(result.before, "accuracy"), *values(result.after, "accuracy"))
    if not any(map(math.isnan, accuracies)):
        trials.append(trial("accuracy", "accuracy"))
    return trials


def _value(course: Course, place: int, step: int, attribute: str) -> float:
    if step not in course.steps or course.raised:
        return math.nan
    return float(getattr(course.readings[course.steps.index(step)][place], attribute))
