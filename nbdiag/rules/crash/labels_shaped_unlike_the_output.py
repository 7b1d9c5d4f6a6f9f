"""NBD807: labels have axes that the output does not have."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, written
from nbdiag.facts.crash.layer_chain import RECURRENT, steps_of
from nbdiag.facts.crash.shapes import target_and_output
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.rules.crash.shape_fixes import cropped, even_maps
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import ConvertData, EncodeLabels, SetCallArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_in, calls_of
from nbdiag.syntax.text.nodes import code_of, is_name
from nbdiag.syntax.values import row_shape, variable_named


class LabelsShapedUnlikeTheOutput(CrashRule):
    """Labels have axes that the output does not have.

    What it finds
    -------------
    A loss that meets labels of more axes than the output, such as (1, 3) for an output of (3,):
    an axis of length one left over from stacking, one-hot rows that to_categorical encoded again,
    or one label per step for a network that predicts once. And an autoencoder whose pictures come
    back larger or smaller than they went in.

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
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

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
        if _decoded(run, target, output):
            yield self._other_size(run, crash, shapes)
            return
        twice = _encoded_twice(run) if len(target) == len(output) + 1 else None
        if twice is not None:
            yield self._twice(run, crash, shapes, twice)
            return
        yield self.explain(
            crash,
            say(
                "Each label (y) has the shape {target}, but the output has {output}.",
                target=written(target[1:]),
                output=written(output[1:]),
            ),
            (Evidence("labels of one sample", written(target[1:]), written(output[1:]), "loss"),),
            first_of(
                _fix(run, target, output),
                otherwise=say(
                    "Give labels of shape {output} per sample", output=written(output[1:])
                ),
            ),
        )

    def _other_size(self, run: TrainingRun, crash: Crash, shapes: tuple[Shape, Shape]) -> Finding:
        """Explain an output whose maps or steps are of another size than those of the labels."""
        target, output = shapes
        return self.explain(
            crash,
            say(
                "The output has the shape {output}, but each label (y) has {target}: what is "
                "halved and upsampled again does not regain its size, because an odd size is "
                "rounded down, and convolutions without padding trim the edges.",
                output=written(output[1:]),
                target=written(target[1:]),
            ),
            (
                Evidence(
                    say("output of one sample"), written(output[1:]), written(target[1:]), "loss"
                ),
            ),
            first_of(
                cropped(run, target, output),
                even_maps(run, shapes) if _all_padded(run) else None,
                otherwise=say(
                    "Crop or pad the maps before the output until they are {target}, or choose a "
                    "size that can be halved at every pooling",
                    target=written(target[1:]),
                ),
            ),
            aspect="architecture",
        )

    def _twice(
        self, run: TrainingRun, crash: Crash, shapes: tuple[Shape, Shape], call: CellCall
    ) -> Finding:
        """Explain one-hot rows that were encoded again."""
        target, output = shapes
        node = call.argument(0, "x", "y")
        return self.explain(
            crash,
            say(
                "Each label has the shape {target}, but the output has {output}: {name} is "
                "one-hot encoded already, and to_categorical encodes each 0 and 1 of it again.",
                target=written(target[1:]),
                output=written(output[1:]),
                name=code_of(node) if node is not None else "y",
            ),
            (Evidence("labels of one sample", written(target[1:]), written(output[1:]), "loss"),),
            first_of(_once(run, call), otherwise="Call to_categorical once"),
        )


_MAPS = 3  # rows, places and channels at least


def _decoded(run: TrainingRun, target: Shape, output: Shape) -> bool:
    """Whether maps or series that should come back in the size of the inputs have another one."""
    row = row_shape(run)
    return (
        row is not None
        and row[:-1] == target[1:-1]
        and len(target) == len(output) >= _MAPS
        and target[-1] == output[-1]
        and None not in (*target[1:], *output[1:])
        and target[1:-1] != output[1:-1]
        and 1 not in target[1:-1]
    )


def _all_padded(run: TrainingRun) -> bool:
    """Whether no convolution takes anything off the sides of its maps."""
    return all(
        step.config.get("padding") == "same"
        or step.config.get("kernel_size") in (1, (1, 1), [1, 1])
        for step in steps_of(run)
        if step.name.startswith("Conv")
    )


def _encoded_twice(run: TrainingRun) -> CellCall | None:
    """Return the call that one-hot encodes labels which were one-hot already."""
    for item in calls_of(run):
        node = item.argument(0, "x", "y") if item.name == "to_categorical" else None
        thing = variable_named(run, node)
        if thing is not None and thing.form == "one-hot" and is_name(node):
            return item
    return None


def _once(run: TrainingRun, call: CellCall) -> Fix | None:
    """Pass fit the labels as they were before they were encoded again."""
    fit = next((item for item in calls_in(run) if item.name == "fit"), None)
    node = call.argument(0, "x", "y")
    if fit is None or node is None:
        return None
    if fit.argument(-1, "validation_data") is not None:
        return fix_of("Remove the second encoding", EncodeLabels("class_index"))
    name = code_of(node)
    return fix_of(
        say("Train with {name}, which is encoded once", name=name),
        SetCallArgument(fit.call, "y", name),
    )


def _fix(run: TrainingRun, target: Shape, output: Shape) -> Fix | None:
    for axis in range(1, len(target)):
        rest = (*target[:axis], *target[axis + 1 :])
        if target[axis] == 1 and len(rest) == len(output) and rest[1:] == output[1:]:
            return fix_of(
                "Remove the axis of length one from the labels",
                ConvertData("labels", "squeeze", axis),
            )
    steps = steps_of(run)
    last = next((step for step in reversed(steps) if step.name in RECURRENT), None)
    if last is not None and len(target) == len(output) + 1:
        change = last.set("return_sequences", value=True)
        return fix_of("Return the sequence from the last recurrent layer", change)
    return None
