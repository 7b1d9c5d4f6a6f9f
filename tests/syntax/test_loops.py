"""The values that a call is given in the turns of the loops around it."""

import pytest

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import text_of
from nbdiag.syntax.calls import calls_in, calls_of
from nbdiag.syntax.loops import argument_by_turn

ADD = "model.add(Dense({}))"


def units(source, *earlier):
    cells = tuple(Cell(number, text) for number, text in enumerate(earlier, 1))
    run = TrainingRun(cell=Cell(9, source), earlier=cells)
    every = [*calls_of(run), *(call for cell in cells for call in calls_in(run, cell))]
    dense = next(item for item in every if item.name == "Dense")
    return argument_by_turn(run, dense, 0, "units")


@pytest.mark.parametrize(
    ("source", "earlier", "values"),
    [
        ("Dense(16)", (), (16,)),
        ("for n in (64, 32): " + ADD.format("n"), (), (64, 32)),
        ("for n in [64, 32]:\n    " + ADD.format("units=n"), (), (64, 32)),
        ("%time\nfor n in sizes:\n    " + ADD.format("n"), ("sizes = [64, 32]",), (64, 32)),
        ("for n in config['units']: " + ADD.format("n"), ("config = {'units': [8, 4]}",), (8, 4)),
        ("for n in (64, size): " + ADD.format("n"), ("size = 32",), (64, 32)),
        ("for n in range(2, 9, 3): " + ADD.format("n"), (), (2, 5, 8)),
        ("for _ in range(count): " + ADD.format("16"), ("count = 2",), (16, 16)),
        ("for n, a in [(64, 'relu'), (32, 'tanh')]: " + ADD.format("n"), (), (64, 32)),
        ("for n, a in zip((64, 32), ('relu', 'tanh')): " + ADD.format("n"), (), (64, 32)),
        ("for i, n in enumerate(sizes): " + ADD.format("n"), ("sizes = (64, 32)",), (64, 32)),
        ("for i, (n, a) in enumerate([(4, 0), (2, 1)]): " + ADD.format("n"), (), (4, 2)),
        ("for n in reversed([32, 64]): " + ADD.format("n"), (), (64, 32)),
        ("for name, n in {'a': 64, 'b': 32}.items(): " + ADD.format("n"), (), (64, 32)),
        ("for n in sizes.values(): " + ADD.format("n"), ("sizes = {'a': 64, 'b': 32}",), (64, 32)),
        ("for c in [{'n': 64}, {'n': 32}]: " + ADD.format("c['n']"), (), (64, 32)),
        ("for n in (8, 4):\n  for _ in range(2):\n    " + ADD.format("n"), (), (8, 8, 4, 4)),
        ("for block in ((8, 4), (2,)):\n  for n in block: " + ADD.format("n"), (), (8, 4, 2)),
        ("layers = [Dense(n) for n in (64, 32)]", (), (64, 32)),
        ("model = Sequential([*(Dense(n) for n in sizes), Out()])", ("sizes = [8, 4]",), (8, 4)),
        ("layers = {k: Dense(n) for k, n in {'a': 64, 'b': 32}.items()}", (), (64, 32)),
        ("layers = [Dense(n) for block in ((8, 4), (2,)) for n in block]", (), (8, 4, 2)),
        ("def build():\n  for n in (8, 4): " + ADD.format("n") + "\nbuild()", (), (8, 4)),
        ("for n in (): " + ADD.format("n"), (), ()),
        # A value that is not written out, in turns that are known.
        ("for n in (64, read()): " + ADD.format("n"), (), (64, None)),
        ("for n in (64, 32): " + ADD.format("2 * n"), ("n = 1",), (None, None)),
        # Turns that are not known.
        ("for n in read(): " + ADD.format("n"), ("n = 16",), None),
        ("for n in (64, 32):\n  if n > 40: " + ADD.format("n"), (), None),
        ("for n in (64, 32):\n  n //= 2\n  " + ADD.format("n"), (), None),
        ("for n in (64, 32):\n  " + ADD.format("n") + "\n  break", (), None),
        ("while True: " + ADD.format("16"), (), None),
        ("layers = [Dense(n) for n in (64, 32) if n > 40]", (), None),
        ("for n in [*sizes, 3]: " + ADD.format("n"), ("sizes = [8, 4]",), None),
        ("for n in {**sizes}.values(): " + ADD.format("n"), ("sizes = {'a': 1}",), None),
        ("for n, a in ((8, 4), 2): " + ADD.format("n"), (), None),
        ("for n in range(0, 9, 0): " + ADD.format("n"), (), None),
        ("for n in range(10**9): " + ADD.format("n"), (), None),
    ],
)
def test_each_turn_has_its_value(source, earlier, values):
    found = units(source, *earlier)
    plain = None if found is None else tuple(item.value if item else None for item in found)
    assert plain == values


def test_a_value_of_a_turn_has_its_place():
    found = units("for n in sizes:\n    Dense(n)", "sizes = [64, 32]")
    assert [text_of(item.cell, item.node) for item in found] == ["64", "32"]
    assert {item.cell.number for item in found} == {1}


def test_after_a_loop_a_call_is_made_once():
    assert units("for n in (64, 32):\n    pass\nelse:\n    Dense(8)")[0].value == 8
    assert units("Dense()") is None
