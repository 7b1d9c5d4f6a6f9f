"""The user's functions, layers and training steps, written with what Keras hands them."""

import re
from collections.abc import Iterator, Sequence

from nbdiag.facts.crash.snippet import rewritten
from nbdiag.fixes.candidates.keras_names import keras_name
from nbdiag.fixes.candidates.possible_edit import Candidate, text_of_error
from nbdiag.keras_api.operations import OF_OTHERS
from nbdiag.language import say
from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import Call, CallOfKeras, Change
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call, site_of, text_of
from nbdiag.syntax.calls import argument, calls_in, full_name, last_name, statements
from nbdiag.syntax.definitions import definitions, failed_definition
from nbdiag.syntax.text.nodes import (
    CallNode,
    Expression,
    Node,
    Statement,
    code_of,
    is_assignment,
    is_attribute,
    is_bare,
    is_call,
    is_constant,
    is_definition,
    is_function,
    is_name,
    pieces_of,
    sides_of,
)

_FOREIGN = ("numpy", "tensorflow")
_NOT_THESE = ("tensorflow.keras", "tensorflow.data", "numpy.random", "tensorflow.random")
_SYMBOLIC = re.compile(
    r"symbolic|KerasTensor|to a numpy array|numpy\(\) is only available|NotImplementedError|"
    r"__array__|inside of a tf\.function|ufunc|loop of ufunc"
)
_TYPES = re.compile(
    r"expected to be an? \w+ tensor|\bbool\b|type (?:float|int)\d+ that does not match|"
    r"(?:float|int)\d+.*(?:float|int)\d+|incompatible dtype|same dtype|\bdtype\b|data type"
)
_WHOLE = re.compile(
    r"float\d+ not in list of allowed values: .*\bint\d+|"
    r"float is not in the list of allowed values|"
    r"must be (?:of type )?int|indices? must be|expected an? int"
)
_NO_MINIMIZE = re.compile(r"no attribute '_?minimize'|minimize\(\) got an unexpected")


def function_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield edits of what the user's functions compute."""
    yield from operation_edits(run)
    yield from _types(run)
    yield from _whole_numbers(run)
    yield from _gradients(run)
    yield from _added(run)


def operation_edits(run: TrainingRun) -> Iterator[Candidate]:
    """Yield functions of keras.ops in the place of NumPy's and TensorFlow's, a part at a time."""
    if not _SYMBOLIC.search(text_of_error(run)):
        return
    failed = failed_definition(run)
    parts: list[tuple[Cell, Sequence[Node]]] = [] if failed is None else [(failed[0], [failed[1]])]
    parts += [(cell, [top]) for cell, top in definitions(run) if (cell, top) != failed]
    parts.append((run.cell, [top for top in statements(run.cell) if not is_definition(top)]))
    for order, (cell, tops) in enumerate(parts):
        calls = [call for top in tops for call in _foreign(run, top)]
        if not calls:
            continue
        names = list(dict.fromkeys(code_of(call.func) for call in calls))
        yield Candidate(
            1.5 + 0.1 * order,
            say("Compute with keras.ops: {names}", names=", ".join(names)),
            say(
                "{names} computes with numbers, and while Keras builds a model or a training step "
                "there are only symbolic tensors: keras.ops takes both.",
                names=names[0],
            ),
            "architecture" if cell is run.cell and len(tops) > 1 else "loss",
            tuple(_of_keras(cell, call) for call in calls),
        )


def _foreign(run: TrainingRun, top: Node) -> Iterator[CallNode]:
    """Yield the calls in a part that have an equal in keras.ops."""
    for node in pieces_of(top):
        if not is_call(node) or not is_attribute(node.func):
            continue
        path = full_name(run, node.func)
        if not path.startswith(_FOREIGN) or path.startswith(_NOT_THESE):
            continue
        if last_name(node) in OF_OTHERS and not _makes_data(node):
            yield node


def _makes_data(node: CallNode) -> bool:
    """Whether a call has nothing but numbers: what it makes is not a tensor."""
    return all(is_constant(item) for item in node.args)


def _of_keras(cell: Cell, node: CallNode) -> Change:
    site = site_of(cell, node)
    name = last_name(node)
    return CallOfKeras(Call(name, cell.number, site.line, site.column), OF_OTHERS[name])


def _types(run: TrainingRun) -> Iterator[Candidate]:
    """Yield yes-or-no values and whole numbers as floats, where they meet floats."""
    failed = failed_definition(run)
    if failed is None or not _TYPES.search(text_of_error(run)):
        return
    cell, top = failed
    line = run.error.scene.places[-1].line if run.error and run.error.scene.places else 0
    functions = [
        item
        for item in pieces_of(top)
        if is_function(item) and item.lineno <= line <= (item.end_lineno or 0)
    ]
    if not functions:
        return
    own = functions[-1]
    for node in pieces_of(own):
        sides = sides_of(node)
        if sides is None or not node.lineno <= line <= (node.end_lineno or 0):  # type: ignore[attr-defined]
            continue
        for side, other in (sides, sides[::-1]):
            place = _source(own.body, side)
            if is_constant(side) or (is_call(place) and last_name(place) == "cast"):
                continue
            cast = cast_of(run)
            code = f"{cast}({text_of(cell, place)}, {code_of(other)}.dtype)"
            if place is not side or not is_name(other):
                code = f'{cast}({text_of(cell, place)}, "float32")'
            yield Candidate(
                1.6 + (0.0 if place is not side else 0.2),
                say("Compute with {name} as floats", name=code_of(side)),
                say(
                    "{name} does not have the type of what it is combined with in line {line}: "
                    "TensorFlow converts neither by itself.",
                    name=code_of(side),
                    line=line,
                ),
                "architecture",
                (rewritten(cell, place, code),),
            )


def _whole_numbers(run: TrainingRun) -> Iterator[Candidate]:
    """Yield the labels that Keras hands on as floats as the whole numbers that a function takes."""
    failed = failed_definition(run)
    if failed is None or not _WHOLE.search(text_of_error(run)):
        return
    cell, top = failed
    line = run.error.scene.places[-1].line if run.error and run.error.scene.places else 0
    for node in pieces_of(top):
        if not is_call(node) or not node.lineno <= line <= (node.end_lineno or 0):
            continue
        given = [*node.args, *(item.value for item in node.keywords)]
        for place, value in enumerate(item for item in given if is_name(item)):
            yield Candidate(
                1.3 + 0.1 * place,
                say("Give {function} whole numbers", function=code_of(node.func)),
                say(
                    "Keras gives a loss and a metric the labels as floats, and {function} takes "
                    "whole numbers alone: {name} has to be converted.",
                    function=code_of(node.func),
                    name=code_of(value),
                ),
                "loss",
                (rewritten(cell, value, f'{cast_of(run)}({code_of(value)}, "int32")'),),
            )


def _source(body: Sequence[Statement], side: Expression) -> Expression:
    """Return the value that a name is given in a function, the name itself where it is an input."""
    if not is_name(side):
        return side
    values = [
        node.value
        for top in body
        for node in pieces_of(top)
        if is_assignment(node) and any(code_of(item) == side.id for item in node.targets)
    ]
    return values[0] if len(values) == 1 else side


def cast_of(run: TrainingRun) -> str:
    """Spell the function that converts a tensor, with what the cells have imported."""
    for path, code in (("tensorflow", "tf.cast"), ("keras.ops", "ops.cast")):
        name = code.split(".", maxsplit=1)[0]
        if any(_means(run, cell, name) == path for cell in (run.cell, *run.earlier)):
            return code
    return "keras.ops.cast"


def _means(run: TrainingRun, cell: Cell, name: str) -> str:
    """Return what a name means in the cells, "" where they do not use it."""
    nodes = (node for top in statements(cell) for node in pieces_of(top))
    return next((full_name(run, n) for n in nodes if is_name(n) and n.id == name), "")


def _gradients(run: TrainingRun) -> Iterator[Candidate]:
    """Yield the two steps that ``optimizer.minimize`` was made of, which Keras 3 lacks."""
    if not _NO_MINIMIZE.search(text_of_error(run)):
        return
    for cell in (run.cell, *reversed(run.earlier)):
        for top in statements(cell):
            for node in pieces_of(top):
                if not is_call(node) or not is_attribute(node.func):
                    continue
                code = _applied(cell, node) if node.func.attr == "minimize" else ""
                if code:
                    yield Candidate(
                        1.2,
                        say("Take the gradients from the tape, and apply them"),
                        say(
                            "An optimizer of Keras 3 has no minimize: it is given the gradients "
                            "that a tape has recorded, in apply_gradients."
                        ),
                        "optimizer",
                        (rewritten(cell, node, code),),
                    )


def _applied(cell: Cell, node: CallNode) -> str:
    """Write a step with the gradients of a tape, "" where the call has no tape."""
    loss, weights = argument(node, 0, "loss"), argument(node, 1, "var_list")
    tape = argument(node, 3, "tape")
    if loss is None or weights is None or tape is None or not is_attribute(node.func):
        return ""
    owner = text_of(cell, node.func.value)
    names = [text_of(cell, item) for item in (tape, loss, weights)]
    return f"{owner}.apply_gradients(zip({names[0]}.gradient({names[1]}, {names[2]}), {names[2]}))"


_LAYER = """\
class AddedLoss({layer}):
    \"""Adds a value that the model computes to its loss.\"""

    def call(self, inputs):
        output, value = inputs
        self.add_loss({mean}(value))
        return output


{name} = {model}({name}.inputs, AddedLoss()([{name}.output, {value}]))"""


def _added(run: TrainingRun) -> Iterator[Candidate]:
    """Yield a layer that adds a value to the loss, which a model of Keras 3 is not given."""
    if "add_loss" not in text_of_error(run) and "add_loss" not in _failing_text(run):
        return
    names = [
        keras_name(run, *item) for item in (("layers", "Layer"), ("ops", "mean"), ("", "Model"))
    ]
    for top in statements(run.cell):
        call = top.value if is_bare(top) else None
        if not is_call(call) or last_name(call) != "add_loss" or not is_attribute(call.func):
            continue
        owner = call.func.value
        if (
            not is_name(owner)
            or not call.args
            or not all(names)
            or _is_compiled(run, owner.id, top)
        ):
            continue
        text = _LAYER.format(
            layer=names[0],
            mean=names[1],
            model=names[2],
            name=owner.id,
            value=text_of(run.cell, call.args[0]),
        )
        yield Candidate(
            1.4,
            say("Add the value to the loss in a layer"),
            say(
                "A value that is computed from tensors of Keras 3 is added to the loss inside of "
                "a layer, when it has a value: add_loss of a model does not take it."
            ),
            "loss",
            (rewritten(run.cell, top, text),),
        )


def _failing_text(run: TrainingRun) -> str:
    call = failed_call(run)
    return call.name if call is not None else ""


def _is_compiled(run: TrainingRun, name: str, top: Statement) -> bool:
    """Whether a model was compiled before a statement: one made of it again would not be."""
    return any(
        found.name == "compile" and found.owner is not None and code_of(found.owner) == name
        for cell in (*run.earlier, run.cell)
        for found in calls_in(run, cell)
        if cell is not run.cell or found.call.line < top.lineno
    )
