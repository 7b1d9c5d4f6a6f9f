"""What benchmarks name must be there: a name that has moved would be measured as nothing."""

import importlib
import sys
from functools import reduce
from pathlib import Path

import pytest

pytest.importorskip("jupyter_client")
BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def test_every_measured_part_is_there(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    cells = importlib.import_module("cells")
    for places in cells.PARTS.values():
        for place in places:
            module, _, path = place.partition(":")
            owner = importlib.import_module(f"nbdiag.{module}")
            assert callable(reduce(getattr, path.split("."), owner)), place
