"""Metrics replaced and removed."""

from typing import Any

from nbdiag.schema.changes import Change, MetricSpec, ReplaceMetric
from nbdiag.schema.run import TrainingRun
from tests.edits.corpus import output_of

DESCRIBED: dict[str, Change] = {
    "remove the metric 'acc'": ReplaceMetric("acc", None),
    "replace the metric 'acc' by AUC(name='area')": ReplaceMetric(
        "acc", MetricSpec("AUC", {"name": "area"})
    ),
}

# Tried in every program of tests/property; layers are named by their place.
SAMPLES: dict[str, dict[str, tuple[Change, ...]]] = {
    "binary": {
        "metric": (ReplaceMetric("AUC", MetricSpec("Precision")),),
        "no metric": (ReplaceMetric("acc", None),),
    },
    "amounts": {"metric": (ReplaceMetric("acc", MetricSpec("MeanAbsoluteError")),)},
}


def changes_for(run: TrainingRun) -> dict[str, list[Change]]:
    """Changes for a cell of the corpus."""
    old = next((item.written for item in run.compile.metrics), None)
    if not old:
        return {}
    output = output_of(run)
    new = MetricSpec("BinaryAccuracy", {"threshold": 0.0})
    return {
        "metric": [ReplaceMetric(old, new, output)],
        "no_metric": [ReplaceMetric(old, None, output)],
    }


def _metric(setup: dict[str, Any], change: ReplaceMetric) -> None:
    metrics = setup["compile"]["metrics"]
    listed = metrics[change.output or next(iter(metrics))] if isinstance(metrics, dict) else metrics
    for place, item in enumerate(listed):
        name = item["object"] if isinstance(item, dict) else item
        if name == change.old:
            listed[place : place + 1] = [] if change.new is None else [metric(change.new)]
            return
    if not listed and change.new is not None:
        listed.append(metric(change.new))


def metric(new: Any) -> Any:
    if not new.arguments and new.name[:1].islower():
        return new.name
    return {"object": new.name, **new.arguments}


EXPECTED = {ReplaceMetric: _metric}
