"""NBD809: a layer that reads sequences is given something else."""

import math
from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, written
from nbdiag.facts.crash.layer_chain import RECURRENT, Step, steps_of
from nbdiag.facts.crash.shapes import received
from nbdiag.facts.crash.snippet import rewritten
from nbdiag.keras_api.layers import with_role
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import Change, InsertFirst, SetCallArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.queries.layer_loops import FRESH, LayerLoop, loop_of
from nbdiag.syntax.text.nodes import code_of
from nbdiag.syntax.text.parsed_cell import names_in
from nbdiag.syntax.values import row_shape


class SequenceLayerWithoutASequence(CrashRule):
    """A layer that reads sequences is given something else.

    What it finds
    -------------
    LSTM, GRU, Conv1D, TimeDistributed or a one-dimensional pooling that meets rows of one axis
    (plain features, or the last step of a recurrent layer in front) or of three (the maps of a
    convolution).

    Why it hurts
    ------------
    These layers read rows of steps by features. A recurrent layer returns only its last step unless
    return_sequences=True, so a second one after it has no steps left.

    Example
    -------
    ::

        layers.LSTM(64),
        layers.LSTM(32),

    Use instead
    -----------
    ::

        layers.LSTM(64, return_sequences=True),
        layers.LSTM(32),

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, LSTM layer: return_sequences; Conv1D layer: input shape.
    """

    code = "NBD809"
    name = "sequence-layer-without-a-sequence"
    aspect = "architecture"
    kind = "sequence"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Find the layer before it."""
        got = received(crash.line)
        steps = steps_of(run)
        pair = _flat_before(steps)
        row = row_shape(run)
        # TimeDistributed tells what it was given, but not its name.
        wrapper = "TimeDistributed" if "TimeDistributed" in crash.line else ""
        layer = crash.layer or wrapper or say("the layer")
        frames = _last_frame(steps)
        if frames is not None:
            yield self._frames(crash, layer, got, frames)
            return
        evidence = [
            Evidence(
                say("what reaches {layer}", layer=layer), written(got), "(steps, features)", "Keras"
            )
        ]
        looped = _looped(run, steps) if pair is None else None
        if looped is not None:
            step, loop = looped
            message = say(
                "{layer} needs a sequence (3 axes with the batch), but the {front} of the turn "
                "before returns only its last step, {row}: all but the last layer of the loop need "
                "return_sequences=True.",
                layer=layer,
                front=step.name,
                row=written(got),
            )
            fixes = [_all_but_the_last(step, loop)]
        elif pair is not None and pair[0].name in RECURRENT:
            message = say(
                "{layer} needs a sequence (3 axes with the batch), but {front} before it returns "
                "only its last step, {row}: return_sequences=True is missing there.",
                layer=layer,
                front=pair[0].name,
                row=written(got),
            )
            fixes = [
                fix_of("Return the whole sequence", pair[0].set("return_sequences", value=True))
            ]
        else:
            message = say(
                "{layer} reads sequences of (steps, features), but what reaches it has the shape "
                "{row} per sample.",
                layer=layer,
                row=written(got),
            )
            fixes = [_reshaped(got, row, steps, pair)]
        yield self.explain(
            crash,
            message,
            evidence,
            first_of(*fixes, otherwise="Reshape its input to (steps, features)"),
            aspect="inputs" if pair is None and got == row else "architecture",
        )

    def _frames(self, crash: Crash, layer: str, got: Shape | None, front: Step) -> Finding:
        """Explain a layer that reads frames after one that returns only the last frame."""
        fix = fix_of("Return the whole sequence", front.set("return_sequences", value=True))
        return self.explain(
            crash,
            say(
                "{layer} reads frames one after another, but {front} before it returns only the "
                "last one, {row}: return_sequences=True is missing there.",
                layer=layer,
                front=front.name,
                row=written(got),
            ),
            (
                Evidence(
                    say("what reaches {layer}", layer=layer),
                    written(got),
                    say("the steps, and then the axes of a frame"),
                    "Keras",
                ),
            ),
            first_of(fix, otherwise="Return the whole sequence"),
        )


def _looped(run: TrainingRun, steps: tuple[Step, ...]) -> tuple[Step, LayerLoop] | None:
    """Return the recurrent layer that a loop stacks without steps between its turns."""
    for step in steps:
        if step.name in RECURRENT and step.found is not None and not _returns(step):
            loop = loop_of(run, step.found)
            if loop is not None:
                return step, loop
    return None


def _all_but_the_last(step: Step, loop: LayerLoop) -> Fix | None:
    """Let a recurrent layer return its steps in all turns of its loop but the last."""
    counted: list[Change] = []
    if not loop.counter:
        target, over = loop.loop.target, loop.loop.iter
        counted = [
            rewritten(loop.cell, target, f"{FRESH}, {code_of(target)}"),
            rewritten(loop.cell, over, f"enumerate({code_of(over)})"),
        ]
    if step.found is None or (counted and FRESH in names_in(loop.cell.source)):
        return None
    returned = SetCallArgument(step.found.call, "return_sequences", loop.not_last)
    return fix_of(say("Return the steps of all but the last layer"), *counted, returned)


def _last_frame(steps: tuple[Step, ...]) -> Step | None:
    """Return a ConvLSTM layer that passes only its last frame to another one."""
    front: Step | None = None
    for step in steps:
        if step.name.startswith("ConvLSTM"):
            if front is not None:
                return front
            front = None if _returns(step) else step
        elif not step.transparent:
            front = None
    return None


_FLAT = with_role("dense", "global_pooling") | {"Flatten"}
_MAKES_STEPS = with_role("embedding", "reshape") - {"Flatten"}


def _flat_before(steps: tuple[Step, ...]) -> tuple[Step, Step] | None:
    """Return a layer that returns no steps, and the first one after it that needs them."""
    flat: Step | None = None
    for step in steps:
        if flat is not None and _reads_steps(step):
            return flat, step
        if step.name in _MAKES_STEPS:
            flat = None
        elif step.name in RECURRENT:
            flat = None if _returns(step) else step
        elif step.name in _FLAT and (flat is not None or step.name != "Dense"):
            flat = step
        elif not step.transparent and step.name not in _FLAT:
            flat = None
    return None


def _reads_steps(step: Step) -> bool:
    return step.needs == 2 or step.name == "TimeDistributed"  # noqa: PLR2004 - steps and features


def _returns(step: Step) -> bool:
    """Whether a recurrent layer returns its steps; a wrapped one as its inner layer does."""
    inner = step.config.get("layer")
    config = inner.get("config", {}) if isinstance(inner, dict) else {}
    return bool(step.config.get("return_sequences") or config.get("return_sequences"))


def _reshaped(
    got: Shape | None, row: Shape | None, steps: tuple[Step, ...], pair: tuple[Step, Step] | None
) -> Fix | None:
    if got is None or any(size is None for size in got) or not got:
        return None
    sizes = tuple(size or 1 for size in got)
    shape = (*sizes, 1) if len(sizes) == 1 else (sizes[0], math.prod(sizes[1:]))
    title = say("Reshape {row} to {shape}", row=written(got), shape=written(shape))
    if got == row and pair is None:
        return fix_of(title, InsertFirst("Reshape", shape))
    behind = pair[1] if pair else _after_maps(steps)
    return fix_of(title, behind.put_before("Reshape", shape)) if behind else None


def _after_maps(steps: tuple[Step, ...]) -> Step | None:
    """Return the first layer that reads steps after one that returns maps, else the first."""
    maps = False
    for step in steps:
        if maps and step.needs == 2:  # noqa: PLR2004 - steps and features
            return step
        maps = maps or step.needs in (3, 4)
    return next((step for step in steps if step.needs == 2), None)  # noqa: PLR2004 - as above
