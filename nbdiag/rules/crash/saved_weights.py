"""Weights from a file that do not fit the model they are loaded into."""

import re

from nbdiag.facts.crash.exception import number_after, shape_after, written
from nbdiag.language import say
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.changes import SetCallArgument
from nbdiag.schema.finding import Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call

_MOST_LAYERS = 2  # that may differ: a new head; where more do, it is another model


def of_saved_weights(line: str) -> tuple[str, str]:
    """Return the message and the advice for weights that do not fit a model."""
    layer = re.search(r"<(\w+) name=(\w+)", line)
    name = (
        layer[2] if layer else (named[1] if (named := re.search(r"[Ll]ayer '(\w+)'", line)) else "")
    )
    own, given = shape_after(line, "variable.shape="), shape_after(line, "value.shape=")
    if own is not None and given is not None:
        message = say(
            "The layer {name} has weights of the shape {own}, but the file holds {given} for it: "
            "the model that was saved has another number of units there.",
            name=name or "?",
            own=written(own),
            given=written(given),
        )
        return message, say("Build the model as it was saved, or load the layers that fit alone")
    layers = number_after(line, r"expected (\d+) layers"), number_after(line, r"found (\d+) saved")
    if None not in layers:
        message = say(
            "The model has {own} layers with weights, but the file was saved from one of {given}.",
            own=layers[0],
            given=layers[1],
        )
        return message, say("Build the model with the same layers as the one that was saved")
    counted = re.search(r"expected (\d+) variables, but received (\d+)", line) or re.search(
        r"weight list of length (?P<given>\d+), but the layer was expecting (?P<own>\d+)", line
    )
    if counted is None:
        message = say("The saved weights do not fit the layers of the model.")
        return message, say("Build the model with the same layers as the one that was saved")
    groups = counted.groupdict()
    message = say(
        "The layer {name} has {own} weights, but is given {given}: the model that was saved has "
        "other layers, or the same in another order.",
        name=name or "?",
        own=groups.get("own") or counted[1],
        given=groups.get("given") or counted[2],
    )
    return message, say("Build the model with the same layers as the one that was saved")


def without_others(run: TrainingRun, line: str) -> Fix | None:
    """Load the layers whose weights fit, and leave the others as they are."""
    call = failed_call(run)
    count = number_after(line, r"A total of (\d+) objects could not be loaded")
    same = "variable.shape=" in line and count is not None and count <= _MOST_LAYERS
    if call is None or call.name != "load_weights" or not same:
        return None
    return fix_of(
        say("Load all layers that fit; the others start with fresh weights"),
        SetCallArgument(call.call, "skip_mismatch", "True"),
    )
