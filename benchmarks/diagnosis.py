"""How good the diagnosis is, over our own programs: the right cause first, and silence.

Usage: ``python benchmarks/diagnosis.py [--train] [--only TEXT] [--all]``. Every faulty program of
``tests/programs`` has a twin that trains well and differs by one edit; ``truth.json`` beside them
names the aspects that this edit concerns, written from the two texts and not from a report. Judged
is the recorded run (seconds), or with ``--train`` a new run (each program in a separate process;
two to three hours on two cores for all of them).

right     the first cause (without a cause, the first advice) has such an aspect
any       some cause or advice has
when      from where on the first cause is right and stays so: ``before step 1`` from the setup, the
          data and the look at the untrained model; ``epoch 1`` with the first epoch as well;
          ``the end``. A crash ends a run before it could be judged: ``the crash``.
flagged   a healthy program that got an error or a warning

The exit code is 1 when a healthy program is flagged.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nbdiag.engine import judge
from nbdiag.schema.finding import Finding
from nbdiag.schema.history import History, StepCurve
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS, RUNS = ROOT / "tests" / "programs", ROOT / "tests" / "runs"
MOMENTS = ("before step 1", "epoch 1", "the end", "the crash")
TIME_OUT = 600


@dataclass(frozen=True)
class Verdict:
    """What the reports on one faulty program were worth.

    Attributes
    ----------
    answer
        Code and aspect of the first cause, "-" without one.
    when
        One of `MOMENTS`, None when the first cause is not right in the end.
    """

    name: str
    answer: str
    any_right: bool
    when: str | None


def main(arguments: list[str] | None = None) -> int:
    """Judge all programs and print the tables; give 1 when a healthy program is flagged."""
    parser = argparse.ArgumentParser(description="diagnosis quality over our own programs")
    parser.add_argument("--train", action="store_true", help="run the programs now")
    parser.add_argument("--only", default="", help="programs whose name has this text")
    parser.add_argument("--all", action="store_true", help="list right answers, too")
    given = parser.parse_args(arguments)
    truth = json.loads((PROGRAMS / "truth.json").read_text(encoding="utf-8"))
    names = [name for name in all_names() if given.only in name]
    unknown = [name for name in names if "_faulty_" in name and name not in truth]
    if unknown:
        raise SystemExit(f"say in tests/programs/truth.json what is wrong with {unknown}")
    verdicts: list[Verdict] = []
    flagged: dict[str, list[str]] = {}
    healthy = 0
    for name, run in runs_of(names, train=given.train):
        if name in truth:
            verdicts.append(verdict_of(name, run, truth[name]))
        else:
            healthy += 1
            if answer := loud(run):
                flagged[name] = answer
    if verdicts:
        print_programs(verdicts, truth, everything=given.all)
        print_families(verdicts)
    print(f"\n{len(flagged)} of {healthy} healthy programs flagged")
    for name, answer in flagged.items():
        print(f"  {name}: {'; '.join(answer)}")
    return int(bool(flagged))


def all_names() -> list[str]:
    """Every recorded program, faulty or healthy; a repaired program's run is its fix's proof."""
    paths = sorted(RUNS.rglob("*.json"))
    return [f"{path.parent.name}/{path.stem}" for path in paths if "_fixed_" not in path.stem]


def runs_of(names: Iterable[str], *, train: bool) -> Iterator[tuple[str, TrainingRun]]:
    """Load the recorded run of each program, or run it."""
    if not train:
        for name in names:
            yield name, TrainingRun.load(RUNS / f"{name}.json")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            target = Path(folder) / f"{name}.json"
            script = ROOT / "scripts" / "record_runs.py"
            command = [sys.executable, str(script), "--one", str(PROGRAMS / f"{name}.py")]
            done = subprocess.run(
                [*command, str(target)],
                capture_output=True,
                text=True,
                timeout=TIME_OUT,
                check=False,
            )
            if done.returncode:
                raise SystemExit(f"{name} could not be run:\n{done.stderr[-2000:]}")
            print(f"ran {name}", file=sys.stderr, flush=True)
            yield name, TrainingRun.load(target)


def verdict_of(name: str, run: TrainingRun, accepted: list[str]) -> Verdict:
    """Judge a faulty run as it stood at each moment."""
    given = [answers(known) for known in moments(run)]
    right = [bool(found) and found[0].aspect in accepted for found in given]
    findings = given[-1]
    when = None
    if right[-1]:
        # The first moment from which on every answer is right.
        first = len(right) - right[::-1].index(False) if False in right else 0
        when = MOMENTS[-1] if run.error is not None else MOMENTS[first]
    return Verdict(
        name,
        f"{findings[0].code} {findings[0].aspect}" if findings else "-",
        any(item.aspect in accepted for item in findings),
        when,
    )


def answers(run: TrainingRun) -> list[Finding]:
    """Causes in their order, then advice."""
    findings = judge(run).findings
    return [item for role in ("cause", "advice") for item in findings if item.role == role]


def moments(run: TrainingRun) -> tuple[TrainingRun, ...]:
    """Return a run as it was before its first step, after one epoch, and in the end."""
    if run.error is not None:
        return (run,)
    return after_epochs(run, 0), after_epochs(run, 1), run


def after_epochs(run: TrainingRun, epochs: int) -> TrainingRun:
    """Return what was known of a run when so many epochs were completed."""
    if epochs >= run.history.completed:
        return run
    history = run.history
    steps = history.step_losses
    # Without the number of steps per epoch nobody can tell which steps those were.
    seen = epochs * (run.fit.steps or 0)
    kept = [pair for pair in zip(steps.steps, steps.losses, strict=True) if pair[0] < seen]
    cut = History(
        epochs={label: values[:epochs] for label, values in history.epochs.items() if epochs},
        completed=epochs,
        seconds=history.seconds[:epochs],
        learning_rates=history.learning_rates[:epochs],
        step_losses=StepCurve(tuple(at for at, _ in kept), tuple(loss for _, loss in kept)),
        steps=history.steps[:epochs],
    )
    probes = run.probes
    if not isinstance(probes, Missing):
        probes = tuple(item for item in probes if item.moment != "end" and item.epoch <= epochs)
    return replace(run, history=cut, probes=probes, interrupted=False)


def loud(run: TrainingRun) -> list[str]:
    """Errors and warnings of a run."""
    return [
        f"{item.code} {item.message}" for item in judge(run).findings if item.severity != "info"
    ]


def print_programs(
    verdicts: list[Verdict], truth: dict[str, list[str]], *, everything: bool
) -> None:
    """Print a line per faulty program, of those answered wrongly unless everything is wanted."""
    shown = [item for item in verdicts if everything or item.when is None]
    if not shown:
        return
    width = max(len(item.name) for item in shown)
    print(f"{'program':<{width}}  {'accepted':<34}{'answer':<28}right, when")
    for item in shown:
        word = item.when or ("no, named later" if item.any_right else "no")
        print(f"{item.name:<{width}}  {', '.join(truth[item.name]):<34}{item.answer:<28}{word}")
    print()


def print_families(verdicts: list[Verdict]) -> None:
    """Print a line per family, and one for all."""
    families: dict[str, list[Verdict]] = {}
    for item in verdicts:
        families.setdefault(item.name.partition("/")[0], []).append(item)
    columns = ("right", "any", *MOMENTS)
    print(f"{'family':<12}{'faulty':>7}" + "".join(f"{name:>15}" for name in columns))
    for family, members in (*families.items(), ("all", verdicts)):
        counts = [
            sum(item.when is not None for item in members),
            sum(item.any_right for item in members),
            *(sum(item.when == moment for item in members) for moment in MOMENTS),
        ]
        cells = (f"{count:>6} ({count / len(members):>4.0%})" for count in counts)
        print(f"{family:<12}{len(members):>7}" + "".join(f"{cell:>15}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
