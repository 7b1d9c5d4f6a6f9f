"""Which one fault an exception of Keras comes from."""

import re
from typing import Literal

from nbdiag.facts.cache import per_run
from nbdiag.facts.crash.data import (
    batched_twice,
    by_place,
    float_length,
    lacking_axis,
    row_of,
    wrong_order,
)
from nbdiag.facts.crash.exception import Crash, crash_of, shape_after
from nbdiag.facts.crash.keras2 import old_api
from nbdiag.facts.crash.layer_chain import steps_of
from nbdiag.facts.crash.misuse import misuse_of
from nbdiag.facts.crash.shapes import (
    PICTURE,
    is_channels_first,
    other_data,
    received,
    same,
    target_and_output,
)
from nbdiag.facts.crash.unknown import raised_by_keras, raised_by_own_function, raised_inside
from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Metric
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.calls import CellCall, calls_of
from nbdiag.syntax.definitions import bases_of, definitions, has_method
from nbdiag.syntax.layer_chain import declared
from nbdiag.syntax.text.nodes import code_of, is_class

Kind = Literal[
    "older keras", "declared", "flatten", "channels first", "channel axis", "encoding",
    "label shape", "units", "sequence", "dtype", "none", "range", "chain", "window", "not ready",
    "one row", "row count", "no gradient", "metric", "argument", "names", "fit argument",
    "misused", "other",
]  # fmt: skip

_NOT_READY = re.compile(
    r"has never been called and thus has no defined (?:input|output)|"
    r"You must call `compile\(\)`|No loss to compute|"
    r"Could not interpret \w+(?: function)? identifier"
)
_ONE_ROW = re.compile(
    r"incompatible|Negative dimension size|zero or negative|Kernel shape must have the same length"
)
_DTYPE = re.compile(
    r"Invalid dtype: |Unsupported object type|Failed to convert a NumPy array to a Tensor|"
    r"Unrecognized data type: |Expected all elements of `x` to be array-like|"
    r"Cast string to float|could not convert string to float|not supported for `?x`?|"
    r"Value passed to parameter .* has DataType string|"
    r"has type \w+ that does not match (?:expected )?type|does not match type \w+ of argument"
)
_NONE = re.compile(
    r"None values not supported|None was passed|must return a tuple|at least one batch|"
    r"Received: None\b|object is not iterable"
)
_NO_GRADIENT = re.compile(
    r"No gradients provided for any variable|Cannot convert a symbolic tf\.Tensor \(compile_loss/"
)
_COMPARED = re.compile(r"\{\{node (?:[\w.]+/)*Equal(?:_\d+)?\}\}")
_RANGE = re.compile(r"is not in \[0, |outside the valid range of \[0, ")
_TARGET = re.compile(r"target\.shape=|target\.ndim|compile_loss/|y_true|logits and labels must")
_CHAIN = re.compile(
    r"not compatible with provided weight shape|total size of the tensor must be unchanged|"
    r"Inputs have incompatible shapes|requires inputs with matching shapes|"
    r"Only instances of `?keras\.Layer|KerasTensor cannot be used as input to a TensorFlow|"
    r"values must be KerasTensors|is not connected to `inputs`|should be called on a list|"
    r"named input\(s\)|input\(s\),|"
    r"should have unique names|no layers|expected to have at least|Kernel shape must have|"
    r"Incompatible input shapes: axis values|"
    r"objects could not be loaded|Layer count mismatch when loading weights|"
    r"expected \d+ variables, but received|with a +weight list of length"
)
_NAMES = re.compile(
    r"Expected keys .* in loss dict|The path: .* in the `loss` argument|"
    r"y_true and y_pred have different structures|Missing data for input|"
    r"matching the output names of the functional model"
)
_ARGUMENT = re.compile(
    r"Received an invalid value for (?:argument )?`(?:units|num_heads|key_dim|groups)`|"
    r"Invalid value (?:received )?for argument `(?:rate|stddev|filters|depth_multiplier)`|"
    r"`(?:kernel_size|strides)` cannot contains? 0|Found invalid dimension|"
    r"The `\w+` argument must be a tuple of \d+ integers|"
    r"Expected an integer value for `n`|Argument `n` should be a positive integer|"
    r"The `padding` argument must be"
)
_OF_FIT = re.compile(
    r"`validation_split` is only supported|not sufficient to split it into a validation|"
    r"`(?:y|sample_weights?)` should not be passed|`class_weight` is (?:not|only) supported"
)
_MISUSED = re.compile(
    r"This optimizer can only be called for the variables it was|"
    r"forgot to call `super\(\)\.__init__\(\)`|"
    r"does not have a `call\(\)` method|No such layer: .*Existing layers are|"
    r"A KerasTensor is symbolic|Iterating over a symbolic KerasTensor|"
    r"A symbolic KerasTensor cannot be used|infer the shape of the Lambda|"
    r"stateful=True` in a RNN, the batch size must be static|If an RNN is stateful, the batch|"
    r"LogicalAnd|FBetaScore expects 2D inputs|`y_pred` must have rank 2 when `multi_label|"
    r"Generator yielded an element of shape|callback received monitor=\S+, but Keras isn't able|"
    r"dtype='string' is not a valid dtype|optimizer was created with a `LearningRateSchedule`|"
    r"The input must have \d+ channels|Input size must be at least"
)
_NO_DICTIONARY = re.compile(
    r"'(?:numpy\.)?(?:ndarray|list|tuple|Series)' object has no attribute 'get'"
)
_STEPS = re.compile(r"passed an `input_shape` with at least 3 dimensions")
_WINDOW = re.compile(r"zero or negative|Negative dimension size|must be non-negative")
_HALF_BUILT = "has already been configured to use input shape"


@per_run
def kind_of(run: TrainingRun) -> tuple[Kind, Crash] | Missing:
    """Find the one fault that an exception comes from.

    Returns
    -------
    tuple
        The kind and the exception, read; `Missing` for exceptions that Keras did not cause.
    """
    crash = crash_of(run)
    if isinstance(crash, Missing):
        return crash
    kind = _kind(run, crash)
    return (
        Missing("the exception is not one that Keras raises for its layers")
        if kind is None
        else (kind, crash)
    )


def _kind(run: TrainingRun, crash: Crash) -> Kind | None:
    if old_api(run, crash):
        return "older keras"
    if misuse_of(run, crash) is not None:
        return "misused"
    if _NO_GRADIENT.search(crash.line):
        return "no gradient"
    if not _from_keras(crash):
        return "other" if raised_inside(run, crash) else _of_own_function(run)
    if (kind := _data_kind(run, crash)) is not None:
        return kind
    if crash.type == "IndexError":
        if counted_too_far(run, crash) is not None:
            return "range"
        return "other" if raised_inside(run, crash) else None
    if crash.in_fit and run.error is not None and _COMPARED.search(run.error.message):
        # Losses compare nothing for equality; where no metric is named, it is the user's code.
        return "metric" if explicit_metric(run) else None
    kind = _kind_by_line(run, crash)
    if kind is None and raised_by_keras(run, crash) is not None:
        return "other"
    return kind or _of_own_function(run)


def _of_own_function(run: TrainingRun) -> Kind | None:
    return "other" if raised_by_own_function(run) is not None else None


def _data_kind(run: TrainingRun, crash: Crash) -> Kind | None:
    """Find the kind by what was done to the data, where the line itself says something else."""
    if lacking_axis(run) is not None or batched_twice(run, crash) is not None:
        return "declared"
    if float_length(run) is not None or by_place(run) is not None:
        return "misused"
    return "row count" if crash.in_fit and wrong_order(run) is not None else None


def _kind_by_line(run: TrainingRun, crash: Crash) -> Kind | None:
    """Find the kind by what the line says, and by the data where it says too little."""
    line = crash.line
    if _NOT_READY.search(line):
        return "not ready"
    if "Data cardinality is ambiguous" in line:
        return "dtype" if line.count(", ") > 1 and _many_sizes(line) else "row count"
    if _is_one_row(run, crash):
        return "one row"
    if is_weights_array(run, crash):
        return "fit argument"
    if without_super(run, crash) is not None:
        return "misused"
    for pattern, kind in _PATTERNS:
        if pattern.search(line):
            return "declared" if "Kernel shape" in line and _counts_rows(run, crash) else kind
    if _TARGET.search(line) or (crash.in_fit and not crash.caller and _is_loss(line)):
        return _label_kind(run, crash)
    return _shape_kind(run, crash)


def explicit_metric(run: TrainingRun) -> Metric | None:
    """Return a built-in accuracy that was named in full, and not by the word "accuracy"."""
    metrics = () if isinstance(run.compile, Missing) else run.compile.metrics
    return next(
        (
            item
            for item in metrics
            if not item.custom
            and item.name.endswith("accuracy")
            and item.written not in ("accuracy", "acc")
        ),
        None,
    )


def without_super(run: TrainingRun, crash: Crash) -> str | None:
    """Name the custom class whose ``__init__`` never calls that of Keras, where it failed."""
    found = re.search(r"'(?:[\w.<>]*\.)?(\w+)' object has no attribute '\w+'", crash.line)
    forgot = "forgot to call `super().__init__()`" in crash.line
    if not forgot and (crash.type != "AttributeError" or found is None):
        return None
    for _, top in definitions(run):
        if is_class(top) and (forgot or (found and top.name == found[1])):
            begun = _BEGUN.search(code_of(top))
            if has_method(top, "__init__") and not begun and bases_of(run, top.name) & _BASES:
                return top.name
    return None


_BASES = {"Layer", "Model", "Loss", "Metric"}
_BEGUN = re.compile(
    r"super\(\s*\)\s*\.\s*__init__|super\(\w+, \w+\)\s*\.\s*__init__|"
    r"\b\w+\.__init__\(self"
)


def counted_too_far(run: TrainingRun, crash: Crash) -> tuple[CellCall, int] | None:
    """Return the ``to_categorical`` call that met a class beyond its columns, and their number."""
    told = re.search(r"index (\d+) is out of bounds for axis \d+ with size (\d+)", crash.line)
    call = failed_call(run)
    if told is None or call is None or call.name != "to_categorical":
        return None
    return call, int(told[2])


def is_weights_array(run: TrainingRun, crash: Crash) -> bool:
    """Whether class_weight is an array of weights, where fit takes a dictionary."""
    if crash.type != "AttributeError":
        return False
    return _NO_DICTIONARY.search(crash.line) is not None and any(
        item.name == "fit" and item.argument(-1, "class_weight") is not None
        for item in calls_of(run)
    )


def _counts_rows(run: TrainingRun, crash: Crash) -> bool:
    """Whether the text declares an axis more than one row of the data has."""
    data = row_of(run, crash)
    shapes = tuple(declared(run))
    return data is not None and bool(shapes) and len(shapes[0]) == len(data) + 1


_PATTERNS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_MISUSED, "misused"),
    (_NAMES, "names"),
    (_ARGUMENT, "argument"),
    (_OF_FIT, "fit argument"),
    (_STEPS, "sequence"),
    (_DTYPE, "dtype"),
    (_NONE, "none"),
    (_RANGE, "range"),
    (_CHAIN, "chain"),
)


def _from_keras(crash: Crash) -> bool:
    """Whether an exception is of a class that Keras and TensorFlow raise themselves."""
    return crash.type in {
        "ValueError", "TypeError", "InvalidArgumentError", "KeyError", "AttributeError",
        "UnimplementedError", "RuntimeError", "IndexError", "NotImplementedError",
    }  # fmt: skip


def _many_sizes(line: str) -> bool:
    sizes = re.search(r"'x' sizes: ([\d, ]+)", line)
    return sizes is not None and len(sizes.group(1).split(",")) > 2  # noqa: PLR2004 - a list of rows


def _is_loss(line: str) -> bool:
    return "Incompatible shapes" in line or "Dimensions must be equal" in line


def _is_one_row(run: TrainingRun, crash: Crash) -> bool:
    if not _ONE_ROW.search(crash.line):
        return False
    if crash.in_fit:
        expected = shape_after(crash.line, "Expected shape ")
        found = shape_after(crash.line, "incompatible shape ")
        streamed = run.fit.input_kind in ("tf.data", "generator", "PyDataset")
        return streamed and expected is not None and expected[1:] == found
    call = failed_call(run)
    return call is not None and call.name in ("predict", "predict_on_batch", "predict_step")


def _label_kind(run: TrainingRun, crash: Crash) -> Kind | None:
    shapes = target_and_output(crash.line)
    if shapes is None:
        return None
    target, output = (_rank_of(shape) for shape in shapes)
    sparse = "target.ndim - 1" in crash.line or "up until the last" in crash.line
    if output > max(target, 2) and not (sparse and output == target + 1 and target > 2):  # noqa: PLR2004 - rows and units
        return "flatten"
    if sparse and target == output and shapes[0][-1] == shapes[1][-1]:
        return "encoding"
    if target > output:
        return "label shape"
    if target < output:
        return "encoding" if target == 1 and shapes[1][-1] != 1 else "label shape"
    if shapes[0][-1] == shapes[1][-1]:
        return "label shape"
    return "encoding" if _is_class_column(run, shapes) else "units"


def _is_class_column(run: TrainingRun, shapes: tuple[Shape, Shape]) -> bool:
    """Whether one column of class numbers meets one-hot units."""
    labels = run.data.labels[0] if len(run.data.labels) == 1 else None
    losses = () if isinstance(run.compile, Missing) else run.compile.losses
    return (
        shapes[0][-1] == 1
        and (shapes[1][-1] or 0) > 1
        and len(losses) == 1
        and losses[0].name == "categorical_crossentropy"
        and labels is not None
        and labels.whole == 1.0
        and labels.maximum >= 1
    )


def _rank_of(shape: Shape) -> int:
    return len(shape)


def _shape_kind(run: TrainingRun, crash: Crash) -> Kind | None:
    line = crash.line
    data = row_of(run, crash)
    shapes = tuple(declared(run))
    told = shapes[0] if shapes else None
    if "fully-defined" in line or "Cannot convert '" in line:
        return "declared"
    inside = bool(crash.caller) and _is_loss(line)
    known = _WINDOW.search(line) or "incompatible" in line or _HALF_BUILT in line or inside
    if not known:
        return None
    pictures = any(step.needs == PICTURE for step in steps_of(run))
    moved = [shape for shape in (data, _moved(data)) if shape is not None]
    fitting = told is None or told == data or any(same(told, shape) for shape in moved)
    if pictures and is_channels_first(data or told) and fitting:
        return "channels first"
    if other_data(run, crash) is not None:
        return "declared"
    if "to have value" in line and not crash.in_fit:
        return "chain"  # only a layer that was built before insists on a number of features
    differs = told is not None and data is not None and not same(told, data)
    if differs or ("incompatible shape" in line and crash.in_fit):
        return "declared"
    if _WINDOW.search(line):
        return "window"
    if _HALF_BUILT in line:
        return _half_built_kind(run, data or told)
    return _rank_kind(run, crash, data or told)


def _moved(shape: Shape | None) -> Shape | None:
    return None if shape is None else (*shape[1:], shape[0])


def _half_built_kind(run: TrainingRun, row: Shape | None) -> Kind | None:
    """Find why a Sequential model failed when it was built before: it kept that shape since."""
    first = next((step for step in steps_of(run) if not step.transparent), None)
    needs = first.needs if first is not None else None
    if row is None or needs is None or needs <= len(row):
        return "declared"
    return "channel axis" if needs >= PICTURE else "sequence"


def _rank_kind(run: TrainingRun, crash: Crash, row: Shape | None) -> Kind | None:
    expected = re.search(r"expected (?:min_)?ndim=(\d+), found ndim=(\d+)", crash.line)
    got = received(crash.line)
    first = row is not None and got is not None and same(row, got)
    if expected is None:
        return "declared" if crash.in_fit and (first or row is None) else "chain"
    wanted, found = int(expected[1]), int(expected[2])
    if first and found > wanted:
        return "declared"
    if first and wanted > PICTURE:
        return "channel axis"
    if wanted == PICTURE or (wanted > PICTURE and found == wanted - 1 and _of_frames(run)):
        return "sequence"
    return "chain"


def _of_frames(run: TrainingRun) -> bool:
    """Whether a layer reads one frame after another."""
    return any(step.name.startswith("ConvLSTM") for step in steps_of(run))
