"""NBD803: the output keeps axes that the labels do not have: nothing flattens the maps."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, written
from nbdiag.facts.crash.layer_chain import RECURRENT, Step, steps_of
from nbdiag.facts.crash.shapes import target_and_output
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import Change, InsertLayer, SetCallArgument, SetLoss
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in, statements
from nbdiag.syntax.text.nodes import code_of, is_assignment, is_attribute, is_call, pieces_of


class DenseOnUnflattenedMaps(CrashRule):
    """The output keeps axes that the labels do not have: nothing flattens the maps.

    What it finds
    -------------
    A loss that meets an output of more axes than its labels, such as (16, 28) for labels of
    (28,): Dense layers on the maps of a convolution, or a last recurrent layer that returns all
    of its steps.

    Why it hurts
    ------------
    A Dense layer works on the last axis alone. Without Flatten or a global pooling it predicts
    once per position, and no loss can compare that with one label per row.

    Example
    -------
    ::

        layers.MaxPooling1D(2),
        layers.Dense(28, activation="softmax"),

    Use instead
    -----------
    ::

        layers.MaxPooling1D(2),
        layers.Flatten(),
        layers.Dense(28, activation="softmax"),

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, Flatten layer and Dense layer ("rank greater than 2").
    """

    code = "NBD803"
    name = "dense-on-unflattened-maps"
    aspect = "architecture"
    kind = "flatten"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Find the place where the maps should become a row."""
        shapes = target_and_output(crash.line)
        if shapes is None:
            return
        target, output = shapes
        steps = steps_of(run)
        recurrent = _last_recurrent(steps)
        kept = say("every step of a sequence") if recurrent else say("every position of the maps")
        because = (
            say("return_sequences=True lets the layer in front of it return all its steps")
            if recurrent
            else say("a Flatten or global pooling layer is missing in front of it")
        )
        yield self.explain(
            crash,
            say(
                "The output has the shape {output} per sample, {labels}: the head predicts at "
                "{kept}, because {because}.",
                output=written(output[1:]),
                labels=say("the labels {shape}", shape=written(target[1:]))
                if target[1:]
                else say("the labels are one number"),
                kept=kept,
                because=because,
            ),
            (
                Evidence(
                    "output of one sample",
                    written(output[1:]),
                    written(target[1:] or output[-1:]),
                    "loss",
                ),
                Evidence("layers before the head", _names(steps), "ending in Flatten", "model"),
            ),
            first_of(
                _fix(run, steps, recurrent, shapes),
                otherwise="Put Flatten() between the maps and the first Dense layer",
            ),
        )


def _names(steps: tuple[Step, ...]) -> str:
    return " → ".join(step.name for step in steps[-6:]) or "unknown"


def _last_recurrent(steps: tuple[Step, ...]) -> Step | None:
    """Return the last recurrent layer if it returns steps and only Dense layers follow."""
    for step in reversed(steps):
        if step.name in RECURRENT:
            inner = step.config.get("layer", {})
            config = inner.get("config", {}) if isinstance(inner, dict) else {}
            wanted = step.config.get("return_sequences") or config.get("return_sequences")
            return step if wanted else None
        if step.name != "Dense" and not step.transparent:
            return None
    return None


def _fix(
    run: TrainingRun, steps: tuple[Step, ...], recurrent: Step | None, shapes: tuple[Shape, Shape]
) -> Fix | None:
    others = _labels_too(run, steps, shapes)
    if recurrent is not None:
        change = recurrent.set("return_sequences", value=False)
        return fix_of("Let the last recurrent layer return its last step", change, *others)
    dense = _first_dense(steps)
    if dense is not None and not isinstance(run.model, Missing) and run.model.kind == "subclass":
        return fix_of("Flatten the maps before the head", _in_method(run, dense), *others)
    if dense is not None:
        return fix_of("Flatten the maps before the head", dense.put_before("Flatten"), *others)
    last = steps[-1] if steps else None
    if last is None or last.layer is None:
        return None
    axes = len(shapes[1]) - 2
    pooling = (
        InsertLayer(f"GlobalAveragePooling{axes}D", last.layer.name) if axes in (1, 2, 3) else None
    )
    return fix_of("Average the maps over their positions", pooling, *others)


def _in_method(run: TrainingRun, dense: Step) -> Change | None:
    """Flatten what a layer of a custom model is called on: ``self.d1(Flatten()(x))``."""
    made = dense.call
    cell = next((c for c in (run.cell, *run.earlier) if made and c.number == made.cell), None)
    for top in statements(cell) if cell is not None else ():
        nodes = list(pieces_of(top))
        owners = [
            node
            for node in nodes
            if is_assignment(node)
            and is_call(node.value)
            and made is not None
            and (node.value.lineno, node.value.col_offset) == (made.line, made.column)
            and is_attribute(node.targets[0])
        ]
        if not owners or cell is None:
            continue
        target, call = owners[0].targets[0], owners[0].value
        name = target.attr if is_attribute(target) else ""
        uses = [item for item in calls_in(run, cell) if item.name == name and item.node.args]
        layer = call.func if is_call(call) else None
        if len(uses) != 1 or not is_attribute(layer):
            return None
        code = f"{code_of(layer.value)}.Flatten()({code_of(uses[0].node.args[0])})"
        return SetCallArgument(uses[0].call, "", code)
    return None


def _first_dense(steps: tuple[Step, ...]) -> Step | None:
    """Return the first Dense layer of the head."""
    found: Step | None = None
    for step in reversed(steps):
        if step.name == "Dense":
            found = step
        elif not step.transparent:
            break
    return found


def _labels_too(
    run: TrainingRun, steps: tuple[Step, ...], shapes: tuple[Shape, Shape]
) -> tuple[Change | None, ...]:
    """Repair loss and units where they would stop the next run."""
    target, output = shapes
    losses = () if isinstance(run.compile, Missing) else run.compile.losses
    name = losses[0].name if losses else ""
    if len(target) == 1 and name == "categorical_crossentropy":
        return (SetLoss("sparse_categorical_crossentropy"),)
    last = next((step for step in reversed(steps) if step.name == "Dense"), None)
    differs = len(target) == 2 and target[-1] is not None and target[-1] != output[-1]  # noqa: PLR2004
    if differs and last is not None and name != "sparse_categorical_crossentropy":
        return (last.set("units", target[-1]),)
    return ()
