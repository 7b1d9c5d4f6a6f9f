"""The closed set of changes that a rule may name, as data.

A rule never edits anything. It names changes; what each of them does is in `nbdiag.edits.changes`,
a module a kind.

In reading order:

- ``model``: layers
- ``compile``: loss, metrics, optimizer
- ``fit``: arguments and callbacks of ``fit``
- ``data``: samples and labels
- ``text``: pieces of a cell that failed before there was a training
"""

from collections.abc import Iterable
from typing import get_args

from nbdiag.schema.changes.compile import (
    MetricSpec,
    ReplaceMetric,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
)
from nbdiag.schema.changes.data import (
    DropShared,
    EncodeLabels,
    MakeAgain,
    ScaleTargets,
    ShuffleRows,
    SplitAnew,
)
from nbdiag.schema.changes.fit import AddCallback, SetFitArgument
from nbdiag.schema.changes.model import (
    InsertLayer,
    RemoveLayer,
    ReplaceLayer,
    ScaleInputs,
    SetLayerArgument,
)
from nbdiag.schema.changes.text import (
    AddCompile,
    Call,
    CallOfKeras,
    ConvertData,
    InsertBesideCall,
    InsertFirst,
    SetCallArgument,
    SetInputShape,
    TextChange,
    WriteForKeras3,
    WriteInPlace,
)

__all__ = [
    "AddCallback",
    "AddCompile",
    "Call",
    "CallOfKeras",
    "Change",
    "ConvertData",
    "DropShared",
    "EncodeLabels",
    "InsertBesideCall",
    "InsertFirst",
    "InsertLayer",
    "MakeAgain",
    "MetricSpec",
    "RemoveLayer",
    "ReplaceLayer",
    "ReplaceMetric",
    "ScaleInputs",
    "ScaleTargets",
    "SetCallArgument",
    "SetFitArgument",
    "SetInputShape",
    "SetLayerArgument",
    "SetLoss",
    "SetOptimizer",
    "SetOptimizerArgument",
    "ShuffleRows",
    "SplitAnew",
    "TextChange",
    "WriteForKeras3",
    "WriteInPlace",
    "in_order",
]

Change = (
    MakeAgain
    | ScaleInputs
    | ReplaceLayer
    | RemoveLayer
    | InsertLayer
    | SetLayerArgument
    | SetOptimizer
    | SetOptimizerArgument
    | SetLoss
    | ReplaceMetric
    | ShuffleRows
    | SplitAnew
    | DropShared
    | EncodeLabels
    | ScaleTargets
    | SetFitArgument
    | AddCallback
    | TextChange
)
"""One of them; the kinds stand in the order in which they are made in a text."""


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return changes in the order in which they are made; those of a kind keep theirs."""
    order = get_args(Change)
    return tuple(sorted(changes, key=lambda change: order.index(type(change))))
