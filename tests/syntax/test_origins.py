"""Where a value is written out, however it gets to the layer."""

import pytest

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import text_of
from nbdiag.syntax.calls import calls_in, calls_of
from nbdiag.syntax.origins import origin_of

DATACLASS = "@dataclass\nclass Settings:\n    rate: float = 0.1\n    units: int = 16\n"


def layer(source, *earlier):
    cells = tuple(Cell(number, text) for number, text in enumerate(earlier, 1))
    run = TrainingRun(cell=Cell(9, source), earlier=cells)
    every = [*calls_of(run), *(call for cell in cells for call in calls_in(run, cell))]
    return run, next(item for item in every if item.name == "Dense").node.args[0]


@pytest.mark.parametrize(
    ("source", "earlier", "written"),
    [
        ("Dense(16)", (), "16"),
        ("Dense(units)", ("units = 16",), "16"),
        ("%time units = 16\nDense(units)", ("units = 4",), "16"),
        ("n = units\nDense(n)", ("units: int = 16",), "16"),
        ("Dense(config['units'])", ("config = {'units': 16, 'rate': Adam()}",), "16"),
        ("Dense(config['units'])", ("n = 16\nconfig = dict(units=n)",), "16"),
        ("Dense(config['net']['units'])", ("config = {'net': {'units': 16}}",), "16"),
        ("Dense(settings.units)", (DATACLASS, "settings = Settings()"), "16"),
        ("Dense(settings.units)", (DATACLASS, "settings = Settings(units=8 * 2 - 0)"), None),
        ("Dense(settings.units)", (DATACLASS, "settings = Settings(units=32)"), "32"),
        ("Dense(settings.units)", (DATACLASS, "settings = Settings(0.5, 32)"), "32"),
        ("Dense(Settings.units)", (DATACLASS,), "16"),
        ("Dense(args.units)", ("args = SimpleNamespace(units=16)",), "16"),
        ("def build(units=16):\n    return Dense(units)\nbuild()", (), "16"),
        ("def build(units=16):\n    return Dense(units)\nbuild(units=32)", (), "32"),
        ("def build(rate, units=16):\n    return Dense(units)\nbuild(1, 32)", (), "32"),
        ("build()", ("def build(*, units=16):\n    return Dense(units)\n",), "16"),
        ("def build(units=16):\n    return Dense(units)\nbuild(8)\nbuild(9)", (), None),
        (
            "class Net(Model):\n    def __init__(self, units):\n        Dense(units)\nNet(16)",
            (),
            "16",
        ),
        ("def build():\n    n = 16\n    return Dense(n)\nbuild()", ("n = 4",), "16"),
        ("def build():\n    return Dense(n)\nn = 16\nbuild()", (), "16"),
        ("Dense(config['units'])", ("config = {'units': 16}\nconfig['units'] = 8",), None),
        ("units += 1\nDense(units)", ("units = 16",), None),
        ("for units in (8, 16):\n    Dense(units)", ("units = 16",), None),
        ("Dense(unknown)", (), None),
    ],
)
def test_a_value_is_found_where_it_is_written(source, earlier, written):
    run, node = layer(source, *earlier)
    found = origin_of(run, node)
    if written is None:
        assert found is None
    else:
        assert found is not None
        assert found.value == int(written)
        assert text_of(found.cell, found.node) == written


@pytest.mark.parametrize(
    "text",
    [
        "json.loads('{\"net\": {\"units\": 16}}')['net']",
        "yaml.safe_load('rate: 0.1\\nunits: 16  # wide')",
    ],
)
def test_an_entry_of_a_text_is_found_in_it(text):
    run, node = layer("Dense(config['units'])", f"config = {text}")
    found = origin_of(run, node)
    assert found is not None
    assert found.value == 16
    assert found.cell.number == 1
    assert "units" in text_of(found.cell, found.node)
