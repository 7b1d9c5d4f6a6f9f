"""NBD817: inputs and labels have different numbers of rows."""

import difflib
from collections.abc import Iterator

from nbdiag.facts.crash.data import wrong_order
from nbdiag.facts.crash.exception import Crash, number_after, written
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import SetCallArgument, WriteInPlace
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of, text_at
from nbdiag.syntax.calls import calls_in
from nbdiag.syntax.data.splits import Split
from nbdiag.syntax.text.nodes import is_name
from nbdiag.syntax.values import given, things

PARTS = ("train", "test", "val", "dev")


class RowsOfDifferentNumber(CrashRule):
    """Inputs and labels have different numbers of rows.

    What it finds
    -------------
    fit that is given 100 rows of inputs and 80 labels: two sides of a split mixed up, the parts of
    train_test_split unpacked in the wrong order, rows dropped from one array alone, a picture that
    is taken for the whole data set.

    Why it hurts
    ------------
    Row by row the label belongs to the input. Where the numbers differ nobody can say which is
    which.

    Example
    -------
    ::

        model.fit(x_train, y_test)

    Use instead
    -----------
    ::

        model.fit(x_train, y_train)

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with. Which rows belong together cannot be seen: check it.

    Thresholds and their source
    ---------------------------
    A name counts as the one that was meant when it is an array of as many rows.

    References
    ----------
    Keras documentation, Model.fit: x and y.
    """

    code = "NBD817"
    name = "rows-of-different-number"
    aspect = "inputs"
    kind = "row count"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Find the array that was meant."""
        rows = number_after(crash.line, r"'x' sizes: (\d+)")
        labels = number_after(crash.line, r"'y' sizes: (\d+)")
        x, y = given(run, "x"), given(run, "y")
        names = (x[0] if x else "x", y[0] if y else "y")
        split = wrong_order(run)
        if split is not None:
            yield self._mixed_up(run, crash, split)
            return
        yield self.explain(
            crash,
            say(
                "{inputs} has {rows} samples, but {targets} has {labels}: every input needs its "
                "label.",
                inputs=names[0],
                rows=rows,
                targets=names[1],
                labels=labels,
            ),
            (
                Evidence(
                    "samples",
                    say("{rows} and {labels}", rows=rows, labels=labels),
                    "the same number",
                    "Keras",
                ),
            ),
            first_of(
                _other(run, names, rows, labels),
                otherwise="Give fit inputs and labels of the same samples",
            ),
            aspect="split" if _of_two_parts(names) else None,
        )

    def _mixed_up(self, run: TrainingRun, crash: Crash, split: Split) -> Finding:
        """Explain the parts of a split that were taken in another order than they come in."""
        right = ", ".join(split.right)
        listed = say(", ").join(
            f"{name}: {written(thing.shape)}"
            for name in split.names
            if (thing := things(run).get(name)) is not None
        )
        site = site_of(split.cell, split.target)
        change = WriteInPlace(site, text_at(split.cell, site), right)
        here = split.cell is run.cell
        fix = fix_of(say("Unpack the parts of the split in their order"), change) if here else None
        return self.explain(
            crash,
            say(
                "train_test_split returns both parts of the inputs and then both parts of the "
                "labels, but here they are unpacked as {names}: {wrong} is a part of the inputs "
                "({shapes}).",
                names=", ".join(split.names),
                wrong=split.names[1] if split.right[0] == split.names[0] else split.names[0],
                shapes=listed,
            ),
            (Evidence(say("order"), ", ".join(split.names), right, "cell"),),
            first_of(fix, otherwise=say("Write {names} = train_test_split(…)", names=right)),
            aspect="split",
        )


def _of_two_parts(names: tuple[str, str]) -> bool:
    """Whether the names say that one array is of the training part and the other is not."""
    parts = [{part for part in PARTS if part in name.lower()} for name in names]
    return all(parts) and parts[0] != parts[1]


def _other(
    run: TrainingRun, names: tuple[str, str], rows: int | None, labels: int | None
) -> Fix | None:
    """Return the fix that takes the array of that name and as many rows."""
    fit = next((item for item in calls_in(run) if item.name == "fit"), None)
    if fit is None:
        return None
    for side, wanted, own in ((1, rows, names[1]), (0, labels, names[0])):
        node = fit.argument(side, "xy"[side])
        fitting = [
            name
            for name, thing in things(run).items()
            if thing.kind == "array"
            and thing.shape
            and thing.shape[0] == wanted
            and name not in names
            and name[:1].lower() == own[:1].lower()
        ]
        near = difflib.get_close_matches(own, fitting, n=1, cutoff=0.0)
        if near and is_name(node):
            change = SetCallArgument(fit.call, "xy"[side], near[0])
            return fix_of(say("Train with {name}", name=near[0]), change)
    return None
