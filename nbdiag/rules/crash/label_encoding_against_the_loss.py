"""NBD806: labels are written in another way than the loss reads them."""

import math
from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash, written
from nbdiag.facts.crash.layer_chain import steps_of
from nbdiag.facts.crash.shapes import target_and_output
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import (
    Change,
    EncodeLabels,
    MetricSpec,
    ReplaceMetric,
    SetCallArgument,
    SetLoss,
)
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.calls import CellCall, calls_of
from nbdiag.syntax.text.nodes import code_of


class LabelEncodingAgainstTheLoss(CrashRule):
    """Labels are written in another way than the loss reads them.

    What it finds
    -------------
    Class numbers under categorical_crossentropy, which reads one-hot rows; one-hot rows under
    sparse_categorical_crossentropy, which reads class numbers; one number per row under a loss
    that compares several units.

    Why it hurts
    ------------
    The two cross-entropies are the same function of differently written labels. With the wrong
    one the shapes do not match, and Keras stops.

    Example
    -------
    ::

        y = np.array([0, 2, 1])
        model.compile("adam", "categorical_crossentropy")

    Use instead
    -----------
    ::

        model.compile("adam", "sparse_categorical_crossentropy")

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, SparseCategoricalCrossentropy and CategoricalCrossentropy.
    """

    code = "NBD806"
    name = "label-encoding-against-the-loss"
    aspect = "labels"
    kind = "encoding"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Take the loss that reads the labels as they are."""
        shapes = target_and_output(crash.line)
        if shapes is None:
            return
        target, output = shapes
        units = output[-1]
        if len(target) == len(output) and target[-1] == units:
            yield self._one_hot(run, crash, units)
            return
        loss = _loss(run)
        later_call = failed_call(run)
        if later_call is not None and later_call.name == "evaluate" and not crash.in_fit:
            yield self._evaluated(run, crash, later_call, units)
            return
        yield self.explain(
            crash,
            say(
                "The labels are class numbers, one integer per sample, but {loss} compares "
                "{units} columns with the {units} output units: it reads one-hot labels.",
                loss=loss or say("the loss"),
                units=units,
            ),
            (Evidence("labels of one sample", written(target[1:]), written(output[1:]), "loss"),),
            _fixes(run, units, loss),
            aspect="labels",
        )

    def _evaluated(
        self, run: TrainingRun, crash: Crash, call: CellCall, units: int | None
    ) -> Finding:
        """Explain labels that were encoded for the training alone."""
        node = call.argument(1, "y")
        name = code_of(node) if node is not None else "y"
        encoder = next((i.node.func for i in calls_of(run) if i.name == "to_categorical"), None)
        fix = None
        if encoder is not None and node is not None and units is not None:
            code = f"{code_of(encoder)}({name}, {units})"
            title = say("Encode the labels of evaluate, too")
            fix = fix_of(title, SetCallArgument(call.call, "y", code))
        return self.explain(
            crash,
            say(
                "evaluate is given class numbers ({name}), but the model was trained with "
                "one-hot labels of {units} columns: they must be encoded in the same way "
                "(to_categorical).",
                name=name,
                units=units,
            ),
            (Evidence(say("labels of evaluate"), name, written((units,)), "loss"),),
            first_of(fix, otherwise=say("Encode the labels of evaluate, too")),
            aspect="labels",
        )

    def _one_hot(self, run: TrainingRun, crash: Crash, units: int | None) -> Finding:
        return self.explain(
            crash,
            say(
                "The labels are one-hot vectors of {units} columns, but "
                "sparse_categorical_crossentropy reads one class number per sample.",
                units=units,
            ),
            (Evidence("labels of one sample", written((units,)), "() or (1,)", "loss"),),
            [
                fix_of(
                    "Use categorical_crossentropy",
                    SetLoss("categorical_crossentropy"),
                    *_metric(run, "sparse_categorical_accuracy"),
                ),
                fix_of("Write the labels as class numbers", EncodeLabels("class_index")),
            ],
        )


def _loss(run: TrainingRun) -> str:
    losses = () if isinstance(run.compile, Missing) else run.compile.losses
    return losses[0].name if losses else ""


def _fixes(run: TrainingRun, units: int | None, loss: str) -> list[Fix | None]:
    labels = run.data.labels[0] if len(run.data.labels) == 1 else None
    last = next((step for step in reversed(steps_of(run)) if step.name == "Dense"), None)
    yes_or_no = labels is not None and labels.maximum <= 1 and labels.minimum >= 0
    shares = last is not None and last.config.get("activation") == "softmax"
    if loss == "binary_crossentropy" and yes_or_no and last is not None and not shares:
        return [
            fix_of(
                "Use one sigmoid unit for yes or no",
                last.set("units", 1),
                last.set("activation", "sigmoid"),
            )
        ]
    also: list[Change | None] = []
    most = labels.maximum if labels is not None and math.isfinite(labels.maximum) else 0.0
    if units is not None and most >= units and last is not None:
        also = [last.set("units", int(most) + 1)]
    if loss == "binary_crossentropy" and last is not None and not shares:
        also.append(last.set("activation", "softmax"))
    sparse = SetLoss("sparse_categorical_crossentropy")
    metric = _metric(run, "categorical_accuracy")
    return [
        fix_of("Use sparse_categorical_crossentropy", sparse, *metric, *also),
        fix_of("Write the labels one-hot", EncodeLabels("one_hot", units))
        if not also and loss == "categorical_crossentropy"
        else None,
    ]


def _metric(run: TrainingRun, name: str) -> tuple[Change, ...]:
    metrics = () if isinstance(run.compile, Missing) else run.compile.metrics
    found = [item for item in metrics if item.written == name]
    return (ReplaceMetric(name, MetricSpec("accuracy")),) if found else ()
