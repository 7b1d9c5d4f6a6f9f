"""NBD810: the data are no array of numbers."""

from collections.abc import Iterator, Sequence
from typing import Literal

from nbdiag.facts.crash import Crash
from nbdiag.facts.crash_text import failed_call, given
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.change import Change, ConvertData
from nbdiag.schema.failure import Thing
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun


class DataWithoutANumberType(CrashRule):
    """The data are no array of numbers.

    What it finds
    -------------
    Inputs or labels of dtype object or text, lists of lists, lists of arrays, rows of different
    lengths: what a spreadsheet with mixed columns, a CSV file or a loop with append leaves
    behind.

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
    review: the cell raised an exception, so there is no training to compare the new one with.

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
        """Say which of the data are no numbers, and convert them."""
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
                    _fix(found),
                    otherwise=say(
                        "Turn {name} into numbers: every column, with astype or get_dummies",
                        name=name,
                    ),
                ),
                aspect="inputs" if part == "x" else "labels",
            )
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


def _of_call(run: TrainingRun) -> Fix | None:
    """Convert what another method than fit is given."""
    call = failed_call(run)
    if call is None or call.name not in ("predict", "predict_on_batch"):
        return None
    change = ConvertData("inputs", "float32", at=call.call)
    return fix_of(say("Give {method} an array", method=call.name), change)


_TEXTS = ("str", "string", "bytes", "<U", "|S")


def _odd(thing: Thing) -> bool:
    """Whether something is no array of numbers."""
    if thing.kind == "list":
        return True
    return thing.kind == "array" and (thing.dtype == "object" or _is_text(thing))


def _is_text(thing: Thing) -> bool:
    return thing.dtype.startswith(_TEXTS) or thing.value in ("str", "str_")


def _type(thing: Thing) -> str:
    return say("{kind} of {content}", kind=thing.type, content=thing.dtype or say("objects")) + (
        f" ({thing.value})" if thing.value else ""
    )


def _described(thing: Thing) -> str:
    if thing.lengths is not None and thing.lengths[0] != thing.lengths[1]:
        low, high = thing.lengths
        return say(
            "ragged, a {kind} of rows that are {low} to {high} long",
            kind=thing.type,
            low=low,
            high=high,
        )
    if thing.kind == "list":
        return say("a list of {content}", content=thing.dtype)
    if _is_text(thing):
        return say("an array of text (str)")
    return say("an array of Python objects (dtype object)")


def _fix(found: Sequence[tuple[str, str, Thing]]) -> Fix | None:
    """Convert all that are no numbers: what is mended alone fails at the other."""
    made = [_conversion(part, thing) for part, _, thing in found]
    known = [item for item in made if item is not None]
    return fix_of(known[0][0], *(change for _, change in known)) if known == made else None


def _conversion(part: str, thing: Thing) -> tuple[str, Change] | None:
    side: Literal["inputs", "labels"] = "inputs" if part == "x" else "labels"
    if thing.type == "DataFrame":
        return None
    if thing.lengths is not None and thing.lengths[0] != thing.lengths[1]:
        return (say("Pad the rows to one length"), ConvertData(side, "pad"))
    if side == "labels" and _is_text(thing):
        return (say("Number the classes"), ConvertData("labels", "class_numbers"))
    if thing.lengths is not None and "array" in f"{thing.value} {thing.dtype}":
        return (say("Stack the rows to one array"), ConvertData(side, "stack"))
    return (say("Convert them to float32"), ConvertData(side, "float32"))
