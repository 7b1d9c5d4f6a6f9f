"""Scalers of scikit-learn that the cells fit on both sides of a split."""

import ast
from dataclasses import dataclass

from nbdiag.schema.cell import Cell
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of
from nbdiag.syntax.calls import CellCall, calls_in
from nbdiag.syntax.data.pipelines import Pipelines

_FITTED_AGAIN = "fit_transform"


@dataclass(frozen=True)
class FittedAgain:
    """A scaler that is fitted on the validation inputs after it was fitted on others.

    Attributes
    ----------
    code
        The call, as it is written.
    change
        What only applies the scaler there.
    """

    code: str
    change: WriteInPlace


def scaler_fitted_again(run: TrainingRun) -> FittedAgain | None:
    """Find the ``fit_transform`` of the validation inputs whose scaler was fitted before."""
    validation = {id(step.node) for step in Pipelines(run).of_fit("validation_data", part=0)}
    fitted: set[str] = set()
    for cell in (*run.earlier, run.cell):
        calls = [item for item in calls_in(run, cell) if item.name in ("fit", _FITTED_AGAIN)]
        for call in sorted(calls, key=lambda item: (item.node.lineno, item.node.col_offset)):
            owner = call.owner
            if not isinstance(owner, ast.Name):
                continue
            again = call.name == _FITTED_AGAIN and owner.id in fitted
            if again and id(call.node) in validation:
                return _found(cell, call, owner)
            fitted.add(owner.id)
    return None


def _found(cell: Cell, call: CellCall, owner: ast.Name) -> FittedAgain:
    method, inner = site_of(cell, call.node.func), site_of(cell, owner)
    site = type(method)(
        method.cell, inner.end_line, inner.end_column, method.end_line, method.end_column
    )
    return FittedAgain(
        ast.unparse(call.node), WriteInPlace(site, f".{_FITTED_AGAIN}", ".transform")
    )
