"""Scalers that are fitted on the validation inputs as well."""

import pytest

from nbdiag.edits.rewrite import rewrite
from nbdiag.syntax.data.scalers import scaler_fitted_again
from tests.syntax.test_pipelines import run_of

FIT = "model.fit(a, y, validation_data=(b, z))"


@pytest.mark.parametrize(
    "cells",
    [
        [f"s = StandardScaler()\na = s.fit_transform(x)\nb = s.fit_transform(v)\n{FIT}"],
        ["s = MinMaxScaler()", "s.fit(x)\na = s.transform(x)", f"b = s.fit_transform(v)\n{FIT}"],
        ["s = StandardScaler()\na = s.fit_transform(x)",
         "held = (s.fit_transform(v), z)\nmodel.fit(a, y, validation_data=held)"],
        ["s = StandardScaler()\na = s.fit_transform(x)",
         "model.fit(a, y, validation_data=(s.fit_transform(v)[:, :3], z))"],
    ],
)  # fmt: skip
def test_fitted_again(cells):
    run = run_of(*cells)
    found = scaler_fitted_again(run)
    assert found.code == "s.fit_transform(v)"
    if found.change.site.cell == run.cell.number:
        assert "s.transform(v)" in rewrite(run, (found.change,))[0]


@pytest.mark.parametrize(
    "cells",
    [
        [f"s = StandardScaler()\na = s.fit_transform(x)\nb = s.transform(v)\n{FIT}"],
        # A scaler of its own for the labels.
        [("s, t = StandardScaler(), StandardScaler()\na = s.fit_transform(x)\n"
         f"y = t.fit_transform(y)\nb = s.transform(v)\nz = t.transform(z)\n{FIT}")],
        # Each side has another object: the text does not show that both mean one.
        [f"a = StandardScaler().fit_transform(x)\nb = StandardScaler().fit_transform(v)\n{FIT}"],
        ["s = StandardScaler()\na = s.fit_transform(x)\nmodel.fit(a, y, validation_split=0.2)"],
        ["model.fit(x, y)"],
        ["not python ("],
    ],
)  # fmt: skip
def test_fitted_once(cells):
    assert scaler_fitted_again(run_of(*cells)) is None
