"""NBD813: a layer or its weights do not fit what is joined with them."""

import re
from collections.abc import Iterator, Sequence

from nbdiag.facts.crash.exception import Crash, number_after, shapes_in, written
from nbdiag.facts.crash.shapes import received
from nbdiag.language import later, say
from nbdiag.rules.crash.failure import CrashRule, first_of
from nbdiag.rules.crash.saved_weights import of_saved_weights, without_others
from nbdiag.rules.crash.shape_fixes import (
    count,
    even_maps,
    halved_unevenly,
    keras_function,
    made_layer,
    one_width,
    projected,
    reshaped,
    resized,
    resized_partner,
    through_the_model,
    turned,
)
from nbdiag.rules.crash.tensor_graph import (
    from_its_own_input,
    of_the_size_that_is_taken,
    unlisted_inputs,
)
from nbdiag.schema.cell import Shape
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun


class LayersThatDoNotFitTogether(CrashRule):
    """A layer or its weights do not fit what is joined with them.

    What it finds
    -------------
    A layer applied to another number of features than it was built for; weights of another shape
    than the layer, or saved from a model of other classes; Reshape to another number of values;
    Add, Dot or Concatenate of different shapes, as in a U-Net whose maps have an odd size; a class
    or a NumPy array where a layer or a tensor belongs.

    Why it hurts
    ------------
    Weights have fixed shapes once a layer is built, and joining layers compare theirs axis by
    axis. Nothing can be computed where they differ.

    Example
    -------
    ::

        Embedding(43, 100, weights=[matrix])      # matrix.shape is (4125, 400)

    Use instead
    -----------
    ::

        Embedding(4125, 400, weights=[matrix])

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, The Functional API; merging layers.
    """

    code = "NBD813"
    name = "layers-that-do-not-fit-together"
    aspect = "architecture"
    kind = "chain"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report which two do not fit."""
        line = crash.line
        if _SAVED.search(line):
            yield self._saved(run, crash)
            return
        shapes = shapes_in(line)
        layer = crash.layer or crash.caller or say("a layer")
        fixes: list[Fix | None] = []
        advice = say("Join layers whose shapes agree")
        if "provided weight shape" in line:
            own, weights = shapes[0], shapes[1]
            message = say(
                "{layer} has weights of the shape {own}, but is given {weights}.",
                layer=layer,
                own=written(own),
                weights=written(weights),
            )
            fixes = [resized(run, own, weights)]
            advice = say(
                "Give the layer sizes that make weights of {weights}", weights=written(weights)
            )
        elif "total size" in line:
            message = say(
                "Reshape should make {wanted} from samples of {given}: {wanted_number} values of "
                "{number}.",
                wanted=written(shapes[1]),
                given=written(shapes[0]),
                wanted_number=count(shapes[1]),
                number=count(shapes[0]),
            )
            fixes = [reshaped(run, shapes[0], shapes[1])]
            advice = say("Reshape to {number} values in all", number=count(shapes[0]))
        elif "to have value" in line:
            wanted = number_after(line, r"to have value (\d+)")
            got = received(line)
            size = got[-1] if got else None
            message = say(
                "{layer} was built for {wanted} features, but is called on {size} (samples of "
                "{row}): layers between are missing, or the samples have another size.",
                layer=layer,
                wanted=wanted,
                size=size,
                row=written(got),
            )
            fixes = [through_the_model(run, size), of_the_size_that_is_taken(run, size, wanted)]
            advice = say(
                "Call {layer} on what the layer in front of it gives, {wanted} features",
                layer=layer,
                wanted=wanted,
            )
        elif "incompatible shapes" in line or "matching shapes" in line:
            message, merged = _merged(run, shapes)
            advice = merged or advice
            fixes = [
                turned(run, shapes),
                one_width(run, shapes),
                projected(run, shapes),
                even_maps(run, shapes),
                resized_partner(run, shapes),
            ]
        elif "axis values" in line:
            listed = say(" and ").join(written(shape[1:]) for shape in shapes[:2])
            message = say(
                "Dot multiplies samples of {shapes}: they must have as many values along the "
                "axis that is summed.",
                shapes=listed,
            )
            fixes = [one_width(run, shapes)]
            advice = say("Give both sides of Dot as many features")
        elif "input(s)" in line:
            message, advice = _inputs(run, line)
        elif "Received: <class" in line:
            message, advice = _by_line(line, layer)
            fixes = [made_layer(run, crash)]
        elif "not connected" in line:
            message, advice, fixes = _unconnected(run)
        else:
            message, advice = _by_line(line, layer)
            fixes = [keras_function(run)] if "TensorFlow function" in line else []
        yield self.explain(
            crash,
            message,
            (Evidence("layer", layer, "one that fits its neighbours", "Keras"),),
            first_of(*fixes, otherwise=advice),
            aspect="inputs" if "input(s)" in line else "architecture",
        )

    def _saved(self, run: TrainingRun, crash: Crash) -> Finding:
        """Explain weights from a file that do not fit."""
        message, advice = of_saved_weights(crash.line)
        return self.explain(
            crash,
            message,
            (
                Evidence(
                    say("weights"), say("saved from another model"), say("of this model"), "file"
                ),
            ),
            first_of(without_others(run, crash.line), otherwise=advice),
        )


_SAVED = re.compile(r"could not be loaded|when loading weights|during loading|weight list")


def _merged(run: TrainingRun, shapes: Sequence[Shape]) -> tuple[str, str]:
    """Return the message for merged shapes, and the advice where there is a better one."""
    listed = say(" and ").join(written(shape) for shape in shapes[:3])
    message = say("A merging layer is given {shapes}, which do not agree.", shapes=listed)
    if len(shapes) == 2 and shapes[0] == shapes[1][::-1]:  # noqa: PLR2004 - two sides
        message += " " + say(
            "They have the same axes the other way round: Permute((2, 1)) turns them."
        )
    if not halved_unevenly(run, shapes):
        return message, ""
    message += " " + say(
        "Pooling an odd size drops a row, so what is upsampled again has another size than before."
    )
    return message, say("Take maps whose size can be halved at every pooling")


def _unconnected(run: TrainingRun) -> tuple[str, str, list[Fix | None]]:
    """Return message, advice and fixes for an output that is not made from the inputs."""
    message, advice = _by_line("not connected", "")
    missing, unused, listed = unlisted_inputs(run)
    if missing:
        message = say(
            "The output of the model is made from the Input {missing}, which is not among the "
            "inputs that Model is given.",
            missing=missing,
        )
        advice = say("List {missing} among the inputs of Model", missing=missing)
    if missing and unused:
        message += " " + say(
            "{unused} is another Input, and no layer was called on it.", unused=unused
        )
    return message, advice, [from_its_own_input(run), listed]


def _inputs(run: TrainingRun, line: str) -> tuple[str, str]:
    """Return message and advice for a number of inputs that differs from the model's."""
    wanted = number_after(line, r"expects (\d+) (?:named )?input")
    given = number_after(line, r"received (\d+) input")
    if wanted is None or given is None:
        return say("The model has another number of inputs than fit gives it."), say(
            "Give fit a list with one array per input"
        )
    message = say(
        "The model has {wanted} inputs, but is given {given}.", wanted=wanted, given=given
    )
    if run.fit.input_kind not in ("generator", "tf.data", "PyDataset"):
        return message, say("Give fit a list with one array per input")
    message += " " + say(
        "A generator or data set yields pairs of inputs and labels: of a tuple of three, the "
        "third is taken for sample weights, and the second for the labels."
    )
    return message, say("Yield the inputs as one tuple, then the labels: (a, b), y")


def _by_line(line: str, layer: str) -> tuple[str, str]:
    """Return the message and the advice for an error without sizes."""
    for mark, message, advice in _OTHERS:
        if mark in line:
            return message, advice
    return say("{layer} cannot be joined with what it is given.", layer=layer), say(
        "Look at the shapes on both sides"
    )


_OTHERS = (
    ("Only instances of", later("A Sequential model is given something that is not a layer, such "
     "as a class without brackets."), later("Make the layer: Dense(10), not Dense")),
    ("TensorFlow function", later("A function of TensorFlow is called on a tensor of Keras that "
     "has no values yet: keras.ops has functions for it."),
     later("Use keras.ops, or a Lambda layer, instead of the TensorFlow function")),
    ("KerasTensors", later("Model is given inputs or outputs that are not Keras tensors."),
     later("Give Model what Input(…) and the layers return")),
    ("not connected", later("The output of the model is not made from its input."),
     later("Follow each layer's call back to the Input")),
    ("unique names", later("Two layers have the same name."),
     later("Give each layer a unique name")),
    ("Kernel shape", later("A convolution is given samples with another number of axes than it "
                           "slides over."),
     later("Use the convolution of as many dimensions as the data have")),
)  # fmt: skip
