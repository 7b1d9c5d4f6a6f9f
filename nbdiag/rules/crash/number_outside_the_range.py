"""NBD812: a class number or a word number is larger than there is room for."""

import math
from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, number_after
from nbdiag.facts.crash.kind import counted_too_far
from nbdiag.facts.crash.layer_chain import Step, steps_of
from nbdiag.facts.crash.output import whole_span
from nbdiag.facts.model.outputs import outputs_of
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import ConvertData, EncodeLabels, SetCallArgument
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_in
from nbdiag.syntax.text.nodes import Expression, code_of, is_attribute, is_call, is_item, is_name
from nbdiag.syntax.values import variable_named

_WHITE = 255  # of a picture's pixels


class NumberOutsideTheRange(CrashRule):
    """A class number or a word number is larger than there is room for.

    What it finds
    -------------
    Sparse cross-entropy that meets a label at or above the number of units, to_categorical with
    fewer columns than classes, masks of 0 and 255 for two classes, and Embedding that
    meets a word number at or above input_dim.

    Why it hurts
    ------------
    Both look a row up in a table. With N rows the numbers go from 0 to N - 1; classes counted
    from 1 and vocabularies without the reserved 0 overstep it by one.

    Example
    -------
    ::

        layers.Embedding(500, 16)           # words are numbered 1 to 500

    Use instead
    -----------
    ::

        layers.Embedding(501, 16)

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, Embedding layer: input_dim.
    """

    code = "NBD812"
    name = "number-outside-the-range"
    aspect = "labels"
    kind = "range"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Make room, or count from 0."""
        encoded = counted_too_far(run, crash)
        if encoded is not None:
            yield self._columns(run, crash, *encoded)
            return
        limit = number_after(crash.line, r"\[0, (\d+)\)")
        if limit is None:
            return
        word = number_after(crash.line, r"indices\S* = (-?\d+)")
        yield (
            self._words(run, crash, word, limit)
            if word is not None
            else self._labels(run, crash, limit)
        )

    def _words(self, run: TrainingRun, crash: Crash, word: int, limit: int) -> Finding:
        seen = [int(item.maximum) for item in run.data.inputs if math.isfinite(item.maximum)]
        highest = max([word, *seen])
        step = next(
            (
                s
                for s in steps_of(run)
                if s.name == "Embedding" and s.config.get("input_dim") == limit
            ),
            None,
        )
        fix = None
        if step is not None and word >= 0:
            title = say("Make room for {room} word numbers", room=highest + 1)
            fix = fix_of(title, step.set("input_dim", highest + 1))
        return self.explain(
            crash,
            say(
                "The inputs hold the word number {word}, but Embedding has room for 0 … {last} "
                "(input_dim={limit}): the vocabulary needs {room}.",
                word=word,
                last=limit - 1,
                limit=limit,
                room=highest + 1,
            ),
            (
                Evidence(
                    "highest word number",
                    f"{highest}",
                    say("at most {last}", last=limit - 1),
                    "inputs",
                ),
            ),
            first_of(fix, otherwise="Number the words from 0, without gaps"),
            aspect="inputs" if word < 0 else "architecture",
        )

    def _columns(self, run: TrainingRun, crash: Crash, call: CellCall, limit: int) -> Finding:
        """Explain a class number that to_categorical has no column for."""
        node = call.argument(0, "x", "y")
        thing = variable_named(run, node)
        low, high = (whole_span(thing.span) if thing else None) or (None, None)
        name = code_of(node) if node is not None else say("the labels")
        if low is not None and high is not None:
            message = say(
                "to_categorical has {limit} columns for the classes 0 … {last}, but {name} goes "
                "from {low} to {high}.",
                limit=limit,
                last=limit - 1,
                name=name,
                low=low,
                high=high,
            )
            if low > 0 and high - low < limit:
                message += " " + say("The classes are counted from {low}, not from 0.", low=low)
        else:
            label = number_after(crash.line, r"index (\d+) is out of bounds")
            message = say(
                "to_categorical has {limit} columns for the classes 0 … {last}, but {name} holds "
                "the class {label}.",
                limit=limit,
                last=limit - 1,
                name=name,
                label=label,
            )
        seen = "" if low is None else f"{low} … {high}"
        return self.explain(
            crash,
            message,
            (Evidence("labels", seen or crash.line, f"0 … {limit - 1}", "labels"),),
            first_of(
                _encoded(run, call, limit),
                otherwise=say("Number the classes from 0 to {last}", last=limit - 1),
            ),
        )

    def _white(self, crash: Crash, value: int) -> Finding:
        """Explain labels of two classes that are written as 0 and 255, as in a picture."""
        return self.explain(
            crash,
            say(
                "The labels are 0 and {value}, but the 2 outputs are the classes 0 and 1: "
                "the second class must be written as 1.",
                value=value,
            ),
            (Evidence("labels", say("0 and {value}", value=value), say("0 and 1"), "labels"),),
            (fix_of(say("Write 1 for {value}", value=value), ConvertData("labels", "yes_no")),),
        )

    def _labels(self, run: TrainingRun, crash: Crash, limit: int) -> Finding:
        label = number_after(crash.line, r"label value of (-?\d+)")
        labels = run.data.labels[0] if len(run.data.labels) == 1 else None
        low, most = whole_span((labels.minimum, labels.maximum) if labels else None) or (0, 0)
        high = max(most, label or 0)
        last = next((s for s in reversed(steps_of(run)) if s.config.get("units")), None)
        fixes: list[Fix | None] = []
        values = [value for value, _ in labels.values or ()] if labels is not None else []
        if limit == 2 and values == [0, _WHITE]:  # noqa: PLR2004 - yes and no
            return self._white(crash, _WHITE)
        if low > 0 and high - low < limit:
            fixes.append(fix_of("Count the classes from 0", EncodeLabels("subtract", low)))
        elif last is not None and low >= 0:
            fixes.append(_room(run, last, high + 1))
        return self.explain(
            crash,
            say(
                "A label is {label}, but {limit} output units have room for the classes 0 … "
                "{last}: your labels go from {low} to {high}.",
                label=label,
                limit=limit,
                last=limit - 1,
                low=low,
                high=high,
            ),
            (Evidence("labels", f"{low} … {high}", f"0 … {limit - 1}", "labels"),),
            first_of(*fixes, otherwise=say("Number the classes from 0 to {last}", last=limit - 1)),
            # Class numbers that go from 0 without a gap are right: it is the head that is short.
            aspect="output_units" if _without_gaps(labels, high) else None,
        )


def _without_gaps(labels: ArrayStats | None, high: int) -> bool:
    """Whether the labels are all the numbers from 0 to the highest."""
    values = None if labels is None else labels.values
    return values is not None and [value for value, _ in values] == list(range(high + 1))


def _encoded(run: TrainingRun, call: CellCall, limit: int) -> Fix | None:
    """Count classes from 0 wherever they are encoded, or give them a column and a unit more."""
    thing = variable_named(run, call.argument(0, "x", "y"))
    span = whole_span(thing.span) if thing is not None and thing.form == "whole" else None
    if span is None or span[0] < 0:
        return None
    low, high = span
    calls = [item for item in calls_in(run) if item.name == "to_categorical"]
    if low > 0 and high - low < limit:
        nodes = [(item, item.argument(0, "x", "y")) for item in calls]
        return fix_of(
            say("Count the classes from 0"),
            *(
                SetCallArgument(item.call, "x", f"{_operand(node)} - {low}")
                for item, node in nodes
                if node is not None
            ),
        )
    wider = [SetCallArgument(item.call, "num_classes", str(high + 1)) for item in calls]
    last = next((s for s in reversed(steps_of(run)) if s.config.get("units") == limit), None)
    return fix_of(
        say("Make room for {units} classes", units=high + 1),
        *wider,
        *([last.set("units", high + 1)] if last is not None else []),
    )


def _operand(node: Expression) -> str:
    text = code_of(node)
    plain = is_name(node) or is_attribute(node) or is_item(node) or is_call(node)
    return text if plain else f"({text})"


def _room(run: TrainingRun, last: Step, units: int) -> Fix | None:
    """Add a unit for every class, and a softmax or sigmoid if the loss expects one."""
    wider = last.set("units", units)
    outputs = outputs_of(run)
    if not isinstance(outputs, Missing) and len(outputs) == 1 and last.layer is not None:
        output = outputs[0]
        # A sigmoid was right for the one unit of before; units that exclude each other share 1.
        own = output.head.activation_layer == last.layer.name
        if own and output.head.activation == "sigmoid" and not output.from_logits:
            title = say("Use {units} softmax units in the last layer", units=units)
            return fix_of(title, wider, last.set("activation", "softmax"))
    return fix_of(say("Give the last layer {units} units", units=units), wider)
