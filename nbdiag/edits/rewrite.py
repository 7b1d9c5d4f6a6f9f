"""Changes to text: the user's cell with everything that the changes name, and nothing else."""

from collections.abc import Callable, Sequence
from typing import Any

from nbdiag.edits.changes.fit import add_callback, set_fit_argument, shuffle_rows
from nbdiag.edits.changes.input_scale import scale_inputs
from nbdiag.edits.changes.labels import encode_labels, scale_targets
from nbdiag.edits.changes.layers import (
    insert_layer,
    remove_layer,
    replace_layer,
    set_layer_argument,
)
from nbdiag.edits.changes.loss import set_loss
from nbdiag.edits.changes.metrics import replace_metric
from nbdiag.edits.changes.optimizer import set_optimizer, set_optimizer_argument
from nbdiag.edits.changes.split import drop_shared, split_again
from nbdiag.edits.changes.text.calls import (
    add_compile,
    call_of_keras,
    insert_beside_call,
    set_call_argument,
    write_in_place,
)
from nbdiag.edits.changes.text.data import convert_data
from nbdiag.edits.changes.text.inputs import insert_first, set_input_shape
from nbdiag.edits.compose import Composed, compose
from nbdiag.edits.context import EditContext
from nbdiag.edits.location.calls import Located
from nbdiag.edits.migration.cell import write_for_keras3
from nbdiag.edits.rerun_guard import make_again
from nbdiag.schema.changes import (
    AddCallback,
    AddCompile,
    CallOfKeras,
    Change,
    ConvertData,
    DropShared,
    EncodeLabels,
    InsertBesideCall,
    InsertFirst,
    InsertLayer,
    MakeAgain,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    ScaleInputs,
    ScaleTargets,
    SetCallArgument,
    SetFitArgument,
    SetInputShape,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
    ShuffleRows,
    SplitAnew,
    WriteForKeras3,
    WriteInPlace,
)
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import parse_cell
from nbdiag.syntax.text.parsing import UnreadableError, check_compiles

APPLY: dict[type, Callable[[EditContext, Any], None]] = {
    MakeAgain: make_again,
    ScaleInputs: scale_inputs,
    ReplaceLayer: replace_layer,
    RemoveLayer: remove_layer,
    InsertLayer: insert_layer,
    SetLayerArgument: set_layer_argument,
    SetOptimizer: set_optimizer,
    SetOptimizerArgument: set_optimizer_argument,
    SetLoss: set_loss,
    ReplaceMetric: replace_metric,
    ShuffleRows: shuffle_rows,
    SplitAnew: split_again,
    DropShared: drop_shared,
    EncodeLabels: encode_labels,
    ScaleTargets: scale_targets,
    SetFitArgument: set_fit_argument,
    AddCallback: add_callback,
    SetCallArgument: set_call_argument,
    CallOfKeras: call_of_keras,
    InsertBesideCall: insert_beside_call,
    SetInputShape: set_input_shape,
    InsertFirst: insert_first,
    ConvertData: convert_data,
    AddCompile: add_compile,
    WriteInPlace: write_in_place,
    WriteForKeras3: write_for_keras3,
}
"""What applies each kind of change, in the order in which they are applied."""


def rewrite(run: TrainingRun, changes: Sequence[Change]) -> tuple[str, str]:
    """Return the new text and a note.

    Parameters
    ----------
    run
        The run whose cell is to change.
    changes
        What is to change; their order does not matter.

    Returns
    -------
    tuple of str
        The complete cell, and what its user should know ("" for nothing).

    Raises
    ------
    Refused
        When the text cannot be edited with certainty.
    """
    data = any(isinstance(item, MakeAgain) and item.part == "data" for item in changes)
    return rewrite_text(run, compose(run, data=data), changes)


def rewrite_text(
    run: TrainingRun, composed: Composed, changes: Sequence[Change]
) -> tuple[str, str]:
    """Return the new text of a cell that is complete already, and a note."""
    kinds = list(APPLY)
    ordered = tuple(sorted(changes, key=lambda change: kinds.index(type(change))))
    shop = EditContext(Located(run, composed, ordered))
    for change in ordered:
        APPLY[type(change)](shop, change)
    text = shop.finish()
    _check(text)
    return text, " ".join(shop.notes)


def _check(text: str) -> None:
    """Refuse a text that Python would not accept."""
    page = parse_cell(text)
    try:
        check_compiles(page.masked)
    except UnreadableError as problem:
        raise Refused("the edited cell would not be Python") from problem
