"""NBD810: the data are not an array of numbers."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from nbdiag.facts.crash.data import reading_of_texts
from nbdiag.facts.crash.exception import Crash, written
from nbdiag.language import later, say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import Change, ConvertData, SetInputShape
from nbdiag.schema.failure import Variable
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.values import given, things


class DataWithoutANumberType(CrashRule):
    """The data are not an array of numbers.

    What it finds
    -------------
    Inputs or labels of dtype object or text, lists of lists, lists of arrays, rows of different
    lengths, a mark such as "?" among numbers: what a spreadsheet with mixed columns, a CSV file or
    a loop with append produces.

    Why it hurts
    ------------
    A network computes with one block of numbers of one type. An array of objects holds references
    to anything, and Keras cannot tell what to make of them.

    Example
    -------
    ::

        table = frame.values                # dtype object: one column held text once
        model.fit(table, y)

    Use instead
    -----------
    ::

        model.fit(np.asarray(table, dtype="float32"), y)

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    NumPy documentation, Data type objects: object arrays.
    """

    code = "NBD810"
    name = "data-without-a-number-type"
    aspect = "inputs"
    kind = "dtype"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report which of the data are not numbers, and convert them."""
        kinds = re.search(r"type (\w+) that does not match (?:expected )?type (\w+)", crash.line)
        if kinds is not None:
            yield self._other_type(run, crash, kinds[1], kinds[2])
            return
        found = [(part, *item) for part in "xy" if (item := given(run, part)) and _odd(item[1])]
        for part, name, thing in found[:1]:
            yield self.explain(
                crash,
                say(
                    "{name} is {description}: Keras needs one array of numbers such as float32.",
                    name=name,
                    description=_described(thing),
                ),
                (
                    Evidence(
                        say("type of {name}", name=name), _type(thing), "float32 or int32", "cell"
                    ),
                ),
                first_of(
                    _fix(run, found),
                    otherwise=say(
                        "Turn {name} into numbers: every column, with astype, get_dummies or an "
                        "encoder",
                        name=name,
                    ),
                ),
                aspect="inputs" if part == "x" else "labels",
            )
        met = re.search(r"could not convert string to float: '(.*)'", crash.line)
        if not found and met is not None and not crash.in_fit:
            yield self._met(run, crash, met[1])
            return
        if not found:
            form = say("a list") if "list" in crash.line else say("no array of numbers")
            yield self.explain(
                crash,
                say(
                    "The data given to Keras are {form}: convert them to a float array with "
                    "astype.",
                    form=form,
                ),
                (Evidence("data", form, "an array of float32", "Keras"),),
                first_of(_of_call(run), otherwise='Give fit np.asarray(X, dtype="float32")'),
            )

    def _met(self, run: TrainingRun, crash: Crash, text: str) -> Finding:
        """Explain a conversion in the user's code that met a text which is not a number."""
        call = failed_call(run)
        tables = [
            f"{name} ({', '.join(thing.texts)})"
            for name, thing in things(run).items()
            if text in thing.marks and thing.texts
        ]
        message = say(
            "{call} met the text '{text}', which is not a number.",
            call=call.name if call else say("The conversion"),
            text=text,
        )
        if tables:
            message += " " + say(
                "It occurs among the numbers of {tables}: probably it marks a missing value, or "
                "is a heading.",
                tables=say(" and ").join(tables),
            )
        return self.explain(
            crash,
            message,
            (Evidence(say("text"), f"'{text}'", say("a number"), "cell"),),
            first_of(
                otherwise=say(
                    "Read the column with pandas.to_numeric(column, errors='coerce'), then drop "
                    "or fill the samples without a number"
                )
            ),
        )

    def _other_type(self, run: TrainingRun, crash: Crash, one: str, other: str) -> Finding:
        """Explain whole numbers that a custom layer multiplies with its weights."""
        whole = next((kind for kind in (one, other) if "int" in kind), "")
        thing = given(run, "x")
        name = thing[0] if thing else say("the input")
        fix = None
        if whole and thing is not None and thing[1].dtype == whole:
            change = ConvertData("inputs", "float32")
            fix = fix_of(say("Give the model {name} as float32", name=name), change)
        return self.explain(
            crash,
            say(
                "{layer} combines {one} with {other}: TensorFlow computes only with values of one "
                "type, and weights are float32.",
                layer=crash.caller or say("A layer"),
                one=one,
                other=other,
            ),
            (Evidence(say("type of {name}", name=name), whole or one, "float32", "cell"),),
            first_of(fix, otherwise=say("Convert with keras.ops.cast(inputs, 'float32')")),
        )


def _of_call(run: TrainingRun) -> Fix | None:
    """Convert what another method than fit is given."""
    call = failed_call(run)
    if call is None or call.name not in ("predict", "predict_on_batch"):
        return None
    change = ConvertData("inputs", "float32", at=call.call)
    return fix_of(say("Give {method} an array", method=call.name), change)


_TEXTS = ("str", "string", "bytes", "<U", "|S")


def _odd(thing: Variable) -> bool:
    """Whether something is not an array of numbers."""
    if thing.kind == "list":
        return True
    return thing.kind == "array" and (thing.dtype == "object" or _is_text(thing))


def _is_text(thing: Variable) -> bool:
    return thing.dtype.startswith(_TEXTS) or thing.value in ("str", "str_")


def _type(thing: Variable) -> str:
    return say("{kind} of {content}", kind=thing.type, content=thing.dtype or say("objects")) + (
        f" ({thing.value})" if thing.value else ""
    )


def _described(thing: Variable) -> str:
    if thing.lengths is not None and thing.lengths[0] != thing.lengths[1]:
        low, high = thing.lengths
        return say(
            "ragged, a {kind} of samples that are {low} to {high} long",
            kind=thing.type,
            low=low,
            high=high,
        )
    if thing.kind == "list":
        return say("a list of {content}", content=thing.dtype)
    if thing.texts and thing.marks:
        return say(
            "a table whose columns {columns} contain text (dtype object): {marks} is among their "
            "numbers",
            columns=", ".join(thing.texts),
            marks=say(" and ").join(f"'{item}'" for item in thing.marks),
        )
    if thing.texts:
        return say(
            "a table whose columns {columns} hold text or objects",
            columns=", ".join(thing.texts),
        )
    if _is_text(thing):
        return say("an array of text (str)")
    if thing.item is not None:
        return say(
            "an array of Python objects (dtype object), each an array of shape {item}",
            item=written(thing.item),
        )
    return say("an array of Python objects (dtype object)")


def _fix(run: TrainingRun, found: Sequence[tuple[str, str, Variable]]) -> Fix | None:
    """Convert all arrays that are not numbers: with one of them repaired, the other would fail."""
    made = [_conversion(part, thing) for part, _, thing in found]
    known = [item for item in made if item is not None]
    if known != made:
        return None
    table = found[0][2]
    wider: list[Change] = []
    if known[0][1] == _DUMMIES and table.encoded is not None:
        wider = [SetInputShape((table.encoded,))] if any(declared(run)) else []
    return fix_of(known[0][0], *(change for _, change in known), *wider)


_FILLED = later("Read the texts as numbers, and the middle of the column where a value is missing")
_DUMMIES = ConvertData("inputs", "dummies")


def _conversion(part: str, thing: Variable) -> tuple[str, Change] | None:
    side: Literal["inputs", "labels"] = "inputs" if part == "x" else "labels"
    if thing.marks or thing.texts:
        reading = reading_of_texts(thing) if side == "inputs" else ""
        known = {
            "filled": (say(_FILLED), ConvertData("inputs", "filled")),
            "dummies": (say("Write texts as columns of 0 and 1"), _DUMMIES),
        }
        return known.get(reading)
    column = thing.shape is not None and len(thing.shape) == 2 and thing.shape[1] == 1  # noqa: PLR2004 - a table
    if column and thing.item is not None:
        return (say("Stack the samples to one array"), ConvertData(side, "stack_column"))
    if thing.lengths is not None and thing.lengths[0] != thing.lengths[1]:
        return (say("Pad the samples to one length"), ConvertData(side, "pad"))
    if side == "labels" and _is_text(thing):
        return (say("Number the classes"), ConvertData("labels", "class_numbers"))
    if thing.lengths is not None and "array" in f"{thing.value} {thing.dtype}":
        return (say("Stack the samples to one array"), ConvertData(side, "stack"))
    return (say("Convert them to float32"), ConvertData(side, "float32"))
