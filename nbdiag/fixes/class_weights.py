"""Weights of classes as weights of samples, for models with several outputs."""

from nbdiag.facts.crash.snippet import rewritten
from nbdiag.fixes.candidates.keras_names import numpy_name
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import text_of
from nbdiag.syntax.calls import CellCall
from nbdiag.syntax.text.nodes import Expression, is_dict
from nbdiag.syntax.values import constant_of


def sample_weights(run: TrainingRun, fit: CellCall, node: Expression) -> WriteInPlace | None:
    """Return the weights of the samples of each output, looked up by their class.

    Parameters
    ----------
    run
        The run.
    fit
        The call that is given the weights of classes.
    node
        Those weights.

    Returns
    -------
    WriteInPlace or None
        None where labels and weights are not written out by the names of the outputs.
    """
    labels, numpy = fit.argument(1, "y"), numpy_name(run)
    given = next((item for item in fit.node.keywords if item.arg == "class_weight"), None)
    if not is_dict(labels) or not is_dict(node) or given is None or not numpy:
        return None
    if "sample_weight" in fit.named:
        return None
    weights = {constant_of(key): value for key, value in zip(node.keys, node.values, strict=True)}
    targets = {
        constant_of(key): value for key, value in zip(labels.keys, labels.values, strict=True)
    }
    if None in weights or None in targets or not weights.keys() <= targets.keys():
        return None
    items = []
    for name, target in targets.items():
        text = text_of(run.cell, target)
        if name in weights:
            each = f"{numpy}.vectorize({text_of(run.cell, weights[name])}.get)({text})"
        else:
            each = f"{numpy}.ones(len({text}))"
        items.append(f'"{name}": {each}')
    return rewritten(run.cell, given, f"sample_weight={{{', '.join(items)}}}")
