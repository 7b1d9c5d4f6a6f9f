"""NBD807: labels have axes that the output does not have."""

from collections.abc import Iterator

from nbdiag.facts.crash import Crash, written
from nbdiag.facts.crash_chain import RECURRENT, steps_of
from nbdiag.facts.crash_kind import target_and_output
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.change import ConvertData
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun


class LabelsShapedUnlikeTheOutput(CrashRule):
    """Labels have axes that the output does not have.

    What it finds
    -------------
    A loss that meets labels of more axes than the output, such as (1, 3) for an output of (3,):
    an axis of length one left over from stacking, or one label per step for a network that
    answers once.

    Why it hurts
    ------------
    A loss compares label and output place by place. Where the axes differ there is nothing to
    compare.

    Example
    -------
    ::

        y = np.stack([one_hot(label)[np.newaxis] for label in labels])   # (N, 1, 3)

    Use instead
    -----------
    ::

        y = np.squeeze(y, axis=1)                                        # (N, 3)

    Fix safety
    ----------
    review: the cell raised an exception, so there is no training to compare the new one with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, losses: shapes of y_true and y_pred.
    """

    code = "NBD807"
    name = "labels-shaped-unlike-the-output"
    aspect = "labels"
    kind = "label shape"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Find the axis that is too many."""
        shapes = target_and_output(crash.line)
        if shapes is None:
            return
        target, output = shapes
        yield self.explain(
            crash,
            say(
                "Each label (y) has the shape {target}, but the output has {output}.",
                target=written(target[1:]),
                output=written(output[1:]),
            ),
            (Evidence("labels of one row", written(target[1:]), written(output[1:]), "loss"),),
            first_of(
                _fix(run, target, output),
                otherwise=say("Give labels of shape {output} per row", output=written(output[1:])),
            ),
        )


def _fix(run: TrainingRun, target: Shape, output: Shape) -> Fix | None:
    for axis in range(1, len(target)):
        rest = (*target[:axis], *target[axis + 1 :])
        if target[axis] == 1 and len(rest) == len(output) and rest[1:] == output[1:]:
            return fix_of(
                "Take the axis of length one out of the labels",
                ConvertData("labels", "squeeze", axis),
            )
    steps = steps_of(run)
    last = next((step for step in reversed(steps) if step.name in RECURRENT), None)
    if last is not None and len(target) == len(output) + 1:
        change = last.set("return_sequences", value=True)
        return fix_of("Let the last recurrent layer answer at every step", change)
    return None
