"""What an exception of Keras says: its own line, the shapes in it, the layer that raised it."""

import re
from dataclasses import dataclass

from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.text.lines import split_lines

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_WRAPPED = re.compile(
    r"Exception encountered when calling (?P<caller>[\w.]+)\.call\(\)\.\s*(?P<inner>.*?)"
    r"\s*(?:Arguments received by|$)",
    re.DOTALL,
)
_SHAPE = re.compile(r"[\[(]((?:None|\?|\d+)(?:,?\s*(?:None|\?|\d+))*,?)[\])]|\(\)")
_LAYER = re.compile(r"of layer '(?P<name>[^']+)'|Layer (?:\"|)(?P<other>\w+)(?:\"|) weight shape")
_LONGEST = 400


@dataclass(frozen=True)
class Crash:
    """An exception, read.

    Attributes
    ----------
    type
        Class of the exception.
    line
        What it says, in one line, without colours and without the arguments of the call.
    caller
        Class of the layer in whose call it was raised, "" when it is not known.
    in_fit
        Whether a fit raised it.
    entered
        Shape of the inputs that the caller was given, None when it is not known.
    """

    type: str
    line: str
    caller: str = ""
    in_fit: bool = False
    entered: Shape | None = None

    @property
    def short(self) -> str:
        """The line, cut where it becomes data."""
        return self.line if len(self.line) <= _LONGEST else f"{self.line[:_LONGEST]}…"

    @property
    def layer(self) -> str:
        """Name of the layer that the line speaks of, "" when it names none."""
        found = _LAYER.search(self.line)
        return (found["name"] or found["other"]) if found else ""


def crash_of(run: TrainingRun) -> Crash | Missing:
    """Read the exception that ended a run."""
    if run.error is None:
        return Missing("the cell did not fail")
    text = _COLOURS.sub("", run.error.message)
    wrapped = _WRAPPED.search(text)
    caller = ""
    entered = shape_after(text, "inputs=tf.Tensor(shape=") if wrapped else None
    while wrapped:
        # A model in a model is wrapped again: what the innermost call says is the exception.
        caller, text = wrapped["caller"].rpartition(".")[2], wrapped["inner"]
        wrapped = _WRAPPED.search(text)
    if "Graph execution error" in text:
        text = _of_graph(text)
    line = " ".join(text.split())
    return Crash(run.error.type, line, caller, run.error.during == "fit", entered)


def _of_graph(text: str) -> str:
    """Return the sentence that TensorFlow puts below its own traceback."""
    lines = [line.strip() for line in split_lines(text) if line.strip()]
    told = [line for line in lines if not line.startswith(("File ", "Detected at", "[["))]
    return told[-1] if told else text


def shapes_in(text: str) -> list[Shape]:
    """Return all shapes that a text shows, in its order; unknown sizes are None."""
    found: list[Shape] = []
    for match in _SHAPE.finditer(text):
        parts = re.findall(r"None|\?|\d+", match.group(1) or "")
        found.append(tuple(None if part in ("None", "?") else int(part) for part in parts))
    return found


def shape_after(text: str, mark: str) -> Shape | None:
    """Return the first shape after some words, None when there is none."""
    place = text.find(mark)
    found = shapes_in(text[place + len(mark) :]) if place >= 0 else []
    return found[0] if found else None


def number_after(text: str, pattern: str) -> int | None:
    """Return the number that a pattern's only group finds, None when it finds none."""
    found = re.search(pattern, text)
    return int(found.group(1)) if found else None


def written(shape: Shape | None) -> str:
    """Write a shape as Python does, "(28, 28, 1)"."""
    if shape is None:
        return "an unknown shape"
    return f"({', '.join(str(size) for size in shape)}{',' if len(shape) == 1 else ''})"
