"""Run cells on the fake Keras: to the `TrainingRun` that they make, and to what they set up."""

import ast
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.data import Data
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Head, Layer, Model
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import CompileSetup, FitCall, Loss, Metric, Optimizer
from nbdiag.syntax.text.ipython import mask
from tests.edits import fake_keras as fake
from tests.factory import describe

MODULES_OF_VALUES = (bool, int, float, str, type(None))


def data() -> dict[str, Any]:
    """Names that live in the kernel before any cell."""
    rng = np.random.default_rng(0)
    names: dict[str, Any] = {"__name__": "__main__", "np": np}
    for part in ("", "_train", "_test", "_val", "_eval", "_valid"):
        names[f"x{part}"] = names[f"X{part}"] = rng.random((6, 4))
        names[f"y{part}"] = names[f"Y{part}"] = rng.integers(0, 3, size=6)
    for part in ("_test", "_val", "_eval", "_valid"):
        names[f"x{part}"][:2] = names["x_train"][:2]  # rows that both sides have
    names["train_set"] = fake.Dataset(names["x_train"], names["y_train"])
    names["val_set"] = fake.Dataset(names["x_val"], names["y_val"])
    names["输入"], names["标签"] = names["x"], names["y"]
    names["one_hot"] = np.eye(3)[names["y_test"]]
    names["get_ipython"] = lambda: None
    return names


@dataclass
class Story:
    """What running cells has done."""

    fits: list[tuple[Any, dict[str, Any], Any, Any]] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)


def play(cells: Sequence[str], names: Mapping[str, Any] | None = None) -> Story:
    """Run cells one after another, numbered from 1; the last counts its layers anew."""
    story = Story(names=dict(names or data()))
    with fake.fake_session() as seen:
        for number, source in enumerate(cells, 1):
            if number == len(cells):
                seen["names"].clear()
            run_cell(source, number, story.names, seen)
        story.fits = list(seen["fits"])
    return story


def run_cell(source: str, number: int, names: dict[str, Any], seen: dict[str, Any]) -> None:
    """Run one cell; top-level await is given an awaitable's value."""
    file = f"<cell {number}>"
    seen["cells"][file] = (number, source)
    tree = ast.parse(mask(source))
    code = compile(tree, file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    result = eval(code, names)
    if result is not None:
        with contextlib.suppress(StopIteration):
            result.send(None)


def make_run(
    cell: str,
    *earlier: str,
    sites: bool = True,
    fit: int = -1,
    names: Mapping[str, Any] | None = None,
) -> TrainingRun:
    """Run cells and describe one fit as capture does."""
    story = play([*earlier, cell], names)
    last = len(earlier) + 1
    own = [item for item in story.fits if item[2] is None or item[2][0] == last] or story.fits
    model, given, site, _ = own[fit]
    described = _model(model, story.names, sites=sites)
    return TrainingRun(
        cell=Cell(last, cell),
        earlier=tuple(Cell(number, text) for number, text in enumerate(earlier, 1)),
        model=described,
        compile=_compile(model, sites=sites),
        fit=FitCall(
            given=tuple(given),
            input_kind="tf.data" if isinstance(given["x"], fake.Dataset) else "numpy",
            validation="data" if given.get("validation_data") else "none",
            site=_site(site, sites=sites),
        ),
        data=_data(given),
        fits=len(own),
        fit_number=range(1, len(own) + 1)[fit],
    )


def _data(given: Mapping[str, Any]) -> Data:
    labels = given["x"].pair[1] if isinstance(given["x"], fake.Dataset) else given.get("y")
    validation = given.get("validation_data")
    held = validation[1] if isinstance(validation, list | tuple) else None
    return Data(
        labels=(describe(labels),) if isinstance(labels, np.ndarray) and len(labels) else (),
        validation_labels=(describe(held),) if isinstance(held, np.ndarray) else (),
    )


def again(run: TrainingRun, source: str) -> TrainingRun:
    """The same run, its cell replaced by another text; its sites are of the old text."""
    return replace(run, cell=Cell(run.cell.number, source), earlier=run.earlier)


def _site(place: Any, *, sites: bool) -> CallSite | Missing:
    return CallSite(*place) if place and sites else Missing("not seen")


def _walk(model: Any, parent: str | None = None) -> list[tuple[Any, str | None]]:
    found: list[tuple[Any, str | None]] = []
    for layer in model.layers:
        if isinstance(layer, fake.Model):
            found += _walk(layer, layer.name)
        else:
            found.append((layer, parent))
    return found


def _model(model: Any, names: Mapping[str, Any], *, sites: bool) -> Model:
    variable = next((n for n, v in names.items() if v is model and not n.startswith("_")), None)
    described = [_layer(item, parent, model, sites=sites) for item, parent in _walk(model)]
    heads = []
    if model.kind != "subclass":
        for tensor in model.outputs:
            name = getattr(tensor.layer, "name", "op")
            heads.append(Head(output=name, activation=Missing("fake")))
    return Model(
        name=model.name,
        class_name=type(model).__name__,
        kind=model.kind,
        variable=variable,
        layers=tuple(described),
        heads=tuple(heads),
        site=_site(model.site, sites=sites),
    )


def _layer(item: Any, parent: str | None, model: Any, *, sites: bool) -> Layer:
    plain = {k: v for k, v in item.given.items() if isinstance(v, MODULES_OF_VALUES)}
    if isinstance(item.given.get("layer"), fake.Layer):
        inner = item.given["layer"]
        plain["layer"] = {"class_name": inner.class_name, "config": {"name": inner.name}}
    return Layer(
        name=item.name,
        class_name=item.class_name,
        builtin=item.class_name in fake.LAYERS,
        parent=parent,
        activation=plain.get("activation"),
        units=plain.get("units") or plain.get("filters"),
        config={**plain, "name": item.name},
        inbound=_inbound(item, model),
        site=_site(item.site, sites=sites),
    )


def _inbound(item: Any, model: Any) -> tuple[str, ...]:
    if model.kind == "subclass":
        return ()
    found: list[str] = []

    def visit(tensor: Any) -> None:
        if isinstance(tensor, fake.Tensor):
            for source in tensor.inputs:
                visit(source)
                name = getattr(getattr(source, "layer", None), "name", None)
                if tensor.layer is item and name:
                    found.append(name)

    for tensor in model.outputs:
        visit(tensor)
    return tuple(dict.fromkeys(found))


def _compile(model: Any, *, sites: bool) -> CompileSetup:
    given = model.compiled
    optimizer = given.get("optimizer", "rmsprop")
    name = optimizer if isinstance(optimizer, str) else optimizer.class_name
    losses = given.get("loss")
    entries = losses.items() if isinstance(losses, dict) else [("", losses)]
    metrics = given.get("metrics") or []
    metrics = metrics if isinstance(metrics, list | tuple) else [metrics]
    return CompileSetup(
        losses=tuple(
            Loss(key, fake.snake(getattr(value, "class_name", str(value))))
            for key, value in entries
        ),
        metrics=tuple(_metric(item) for item in metrics if isinstance(item, str | fake.Object)),
        optimizer=Optimizer(name.lower(), 0.001),
        site=_site(model.compile_site, sites=sites),
    )


def _metric(item: Any) -> Metric:
    written = item if isinstance(item, str) else item.class_name
    label = item if isinstance(item, str) else item.given.get("name") or fake.snake(written)
    return Metric("", written, written, label)
