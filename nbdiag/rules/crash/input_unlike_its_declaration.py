"""NBD802: the declared input shape is not the shape of the data."""

import math
from collections.abc import Iterator

from nbdiag.facts.crash.data import Lacking, batched_twice, expected_shape, lacking_axis, row_of
from nbdiag.facts.crash.exception import Crash, number_after, written
from nbdiag.facts.crash.layer_chain import steps_of
from nbdiag.facts.crash.shapes import other_data, received
from nbdiag.language import say, say_count
from nbdiag.rules.crash.data_preparation import (
    batched_once,
    loaders,
    read_as_declared,
    size_argument,
    with_last_axis,
)
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.cell import Shape
from nbdiag.schema.changes import Change, InsertFirst, SetCallArgument, SetInputShape
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in
from nbdiag.syntax.text.nodes import code_of, is_name, is_tuple
from nbdiag.syntax.values import given, row_shape


class InputUnlikeItsDeclaration(CrashRule):
    """The declared input shape is not the shape of the data.

    What it finds
    -------------
    Input(shape=…), input_shape or input_dim that differs from one row of what fit is given: the
    number of rows counted in, axes in another order, one axis too many, a size left open (None)
    that a later layer must know; pictures read in another size, a data set that is batched twice,
    a shape that is asked for an axis it does not have.

    Why it hurts
    ------------
    The weights of the first layers are made for the declared shape. Rows of another shape cannot
    be multiplied with them, so Keras stops before the first step.

    Example
    -------
    ::

        model.add(Dense(1, input_dim=5))       # five rows of one number
        model.fit(np.array([[1], [2], [3], [4], [5]]), y)

    Use instead
    -----------
    ::

        model.add(Dense(1, input_dim=1))

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, The Sequential model: specifying the input shape in advance.
    """

    code = "NBD802"
    name = "input-unlike-its-declaration"
    aspect = "inputs"
    kind = "declared"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Compare what is declared with one row of the data."""
        other = other_data(run, crash)
        if other is not None:
            yield self._unlike(run, crash, *other)
            return
        twice, lacking = batched_twice(run, crash), lacking_axis(run)
        if twice is not None:
            yield self._batched(run, crash, twice)
            return
        if lacking is not None:
            yield self._lacking(run, crash, lacking)
            return
        data = row_of(run, crash) or (received(crash.line) if crash.in_fit else None)
        told = expected_shape(run)
        yield self.explain(
            crash,
            _message(run, crash, told, data) + _axes(run, told, data),
            _evidence(crash, told, data),
            first_of(
                _fix(run, crash, told, data),
                otherwise="Declare the shape of one sample: Input(shape=X.shape[1:])",
            ),
        )

    def _batched(self, run: TrainingRun, crash: Crash, met: Shape) -> Finding:
        """Explain a data set that was batched twice."""
        row = tuple(expected_shape(run) or met[2:])
        return self.explain(
            crash,
            say(
                "The data set is batched twice: each element is a batch of batches of the shape "
                "{met}, {axes} axes, where the model takes batches of samples of shape {row}.",
                met=written(met),
                axes=len(met),
                row=written(row),
            ),
            (Evidence(say("one element"), written(met), written((None, *row)), "data set"),),
            first_of(
                batched_once(run),
                otherwise=say(
                    "Call .batch once: what a loader reads from folders comes in batches already"
                ),
            ),
        )

    def _lacking(self, run: TrainingRun, crash: Crash, lacking: Lacking) -> Finding:
        """Explain an array that has fewer axes than its text takes for granted."""
        row = lacking.shape[1:]
        first = next((step for step in steps_of(run) if step.needs), None)
        message = say(
            "{asked} assumes {axes} axes, but {name} has the shape {shape}, {number}.",
            asked=lacking.asked,
            axes=lacking.axes,
            name=lacking.name,
            shape=written(lacking.shape),
            number=say_count("{number} axis", "{number} axes", len(lacking.shape)),
        )
        if first is not None and first.needs == len(row) + 1:
            message += " " + say(
                "{layer} reads samples of {axes} axes, such as {shape}.",
                layer=first.name,
                axes=first.needs,
                shape=written((*row, 1)),
            )
        return self.explain(
            crash,
            message,
            (
                Evidence(
                    say("axes of {name}", name=lacking.name),
                    f"{len(lacking.shape)}",
                    f"{lacking.axes}",
                    "cell",
                ),
            ),
            first_of(
                with_last_axis(run, lacking),
                otherwise=say(
                    "Reshape {name} to {axes} axes", name=lacking.name, axes=lacking.axes
                ),
            ),
        )

    def _unlike(self, run: TrainingRun, crash: Crash, where: str, got: Shape) -> Finding:
        """Explain rows unlike those that the model was trained on."""
        wanted = number_after(crash.line, r"to have value (\d+)")
        if wanted is None:
            return self._other_shape(run, crash, where, got)
        return self.explain(
            crash,
            say(
                "The samples given to {where} have the shape {row}, but the model was built for "
                "samples of {wanted} columns, those of its training data.",
                where=where,
                row=written(got),
                wanted=wanted,
            ),
            (
                Evidence(
                    say("samples of {where}", where=where), written(got), f"(…, {wanted})", "cell"
                ),
            ),
            first_of(
                otherwise=say(
                    "Prepare {where} like the training data: the same columns, encoded and "
                    "reshaped in the same way",
                    where=where,
                )
            ),
        )

    def _other_shape(self, run: TrainingRun, crash: Crash, where: str, got: Shape) -> Finding:
        """Explain rows of another shape than the training rows, of as many values or not."""
        row = row_shape(run)
        return self.explain(
            crash,
            say(
                "The samples given to {where} have the shape {got}, but the model was built for "
                "samples of shape {row}, those of its training data, which were reshaped before.",
                where=where,
                got=written(got),
                row=written(row),
            ),
            (Evidence(say("samples of {where}", where=where), written(got), written(row), "cell"),),
            first_of(
                _as_trained(run, where, got, row),
                otherwise=say(
                    "Prepare {where} like the training data: the same columns, encoded and "
                    "reshaped in the same way",
                    where=where,
                ),
            ),
        )


def _as_trained(run: TrainingRun, where: str, got: Shape, row: Shape | None) -> Fix | None:
    """Reshape the validation rows as the training rows were."""
    fit = next((item for item in calls_in(run) if item.name == "fit"), None)
    node = fit.argument(7, "validation_data") if fit is not None else None
    if row is None or None in row or None in got or where != "validation_data" or fit is None:
        return None
    same = math.prod(s or 0 for s in row) == math.prod(s or 0 for s in got)
    if not same or not is_tuple(node) or not is_name(node.elts[0]):
        return None
    sizes = ", ".join(["-1", *(str(size) for size in row)])
    rest = ", ".join(code_of(item) for item in node.elts[1:])
    code = f"({node.elts[0].id}.reshape(({sizes})), {rest})"
    change = SetCallArgument(fit.call, "validation_data", code)
    return fix_of(say("Reshape the validation samples to {row}", row=written(row)), change)


_PICTURE = 3


def _message(run: TrainingRun, crash: Crash, told: Shape | None, data: Shape | None) -> str:
    layer = f" ({crash.layer})" if crash.layer else ""
    if "fully-defined" in crash.line:
        return say(
            "The input is declared as {declared}: the number of steps is not known (None), but "
            "Flatten and Dense need it. One sample of your data is {row}.",
            declared=written(told),
            row=written(data),
        )
    if "Cannot convert" in crash.line:
        return say(
            "An input shape is a tuple, but a number was given: one sample is {row}.",
            row=written(data),
        )
    if data is None:
        got = received(crash.line)
        return say(
            "The first layer{layer} cannot take samples of shape {row}.",
            layer=layer,
            row=written(got),
        )
    if told is None or told == data:
        return say(
            "One sample of the data is {row}, an axis more than the first layer{layer} takes.",
            row=written(data),
            layer=layer,
        )
    found = loaders(run)
    if found and len(told) == len(data) == _PICTURE and told[:2] != data[:2]:
        return say(
            "The images are read as {row}, but the model is declared for {declared}: {argument} "
            "of {loader} says how large they are, 256 x 256 where it is not given.",
            row=written(data),
            declared=written(told),
            argument=size_argument(found[0]),
            loader=found[0].name,
        )
    rows = _rows(run)
    if rows is not None and told == (rows, *data):
        return say(
            "The declared input shape {declared} includes the number of samples, {rows}: one "
            "sample is {row}.",
            declared=written(told),
            rows=rows,
            row=written(data),
        )
    extra = say(" There is an extra axis.") if len(told) > len(data) else ""
    return say(
        "The input is declared as {declared}, but each sample of the data has the shape {row}: "
        "the first layer{layer} cannot take it.{extra}",
        declared=written(told),
        row=written(data),
        layer=layer,
        extra=extra,
    )


def _axes(run: TrainingRun, told: Shape | None, data: Shape | None) -> str:
    """Explain which axes the first layer reads, where a sample has another number of them."""
    first = next((step for step in steps_of(run) if not step.transparent), None)
    if first is None or data is None or not all(data) or told == data:
        return ""
    if first.name.startswith("ConvLSTM") and first.needs == len(data):
        return " " + say(
            "{layer} reads frames one after another: the steps, and then the axes of a frame.",
            layer=first.name,
        )
    shape = _reshaped(run, told, data)
    if shape is None:
        return ""
    if first.needs == _PICTURE:
        return " " + say(
            "{layer} reads height, width and channels, such as {shape}.",
            layer=first.name,
            shape=written(shape),
        )
    return " " + say(
        "{layer} reads samples of {axes} axes, such as {shape}.",
        layer=first.name,
        axes=len(shape),
        shape=written(shape),
    )


def _rows(run: TrainingRun) -> int | None:
    found = given(run, "x")
    return found[1].shape[0] if found and found[1].shape else None


def _evidence(crash: Crash, told: Shape | None, data: Shape | None) -> list[Evidence]:
    found = []
    if told is not None and data is not None:
        found.append(Evidence("declared input shape", written(told), written(data), "cell"))
    if crash.layer and (got := received(crash.line)) is not None:
        found.append(
            Evidence(
                say("what reaches {layer}", layer=crash.layer),
                written(got),
                "what it was made for",
                "Keras",
            )
        )
    return found


def _fix(run: TrainingRun, crash: Crash, told: Shape | None, data: Shape | None) -> Fix | None:
    if data is None or any(size is None for size in data):
        return None
    anew = read_as_declared(run, told, data) if told is not None else None
    if anew is not None:
        return anew
    wrong = "Cannot convert" in crash.line or (told is not None and told != data)
    declare = SetInputShape(data) if wrong else None
    changes: list[Change] = [declare] if declare else []
    title = say("Declare samples of shape {row}", row=written(data))
    shape = _reshaped(run, told, data)
    if shape is not None:
        title = say(
            "Take samples of shape {row} and reshape them to {shape}",
            row=written(data),
            shape=written(shape),
        )
        changes.append(InsertFirst("Reshape", shape))
    elif len(data) > 1 and told is not None and len(told) == 1 and _starts_flat(run):
        title = say("Take samples of shape {row} and flatten them", row=written(data))
        changes.append(InsertFirst("Flatten"))
    return fix_of(title, *changes)


def _starts_flat(run: TrainingRun) -> bool:
    """Whether a model takes flat samples: Dense layers first, none after that reads axes."""
    steps = [step for step in steps_of(run) if not step.transparent]
    reads = any(step.needs or step.name == "TimeDistributed" for step in steps)
    return bool(steps) and steps[0].name == "Dense" and not reads


def _reshaped(run: TrainingRun, told: Shape | None, data: Shape) -> tuple[int, ...] | None:
    """Return the shape that the first layer needs, None when it takes the data as they are."""
    first = next((step for step in steps_of(run) if not step.transparent), None)
    needs = first.needs if first else None
    sizes = tuple(size or 1 for size in data)
    if needs is None or needs == len(sizes):
        return None
    known = told is not None and all(told) and len(told) == needs
    if told is not None and known and math.prod(size or 1 for size in told) == math.prod(sizes):
        return tuple(size or 1 for size in told)
    if needs == len(sizes) + 1:
        return (*sizes, 1)
    if needs == len(sizes) - 1:
        return (
            sizes[:-1] if sizes[-1] == 1 else (*sizes[: needs - 1], math.prod(sizes[needs - 1 :]))
        )
    return None
