"""Reports made by hand: the stories of the first two field reports, and the corner cases."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbdiag.schema.changes import MetricSpec, ReplaceMetric, SetLayerArgument, SetLoss
from nbdiag.schema.failure import RunError
from nbdiag.schema.finding import Check, Evidence, Finding, Fix, Mark
from nbdiag.schema.history import StepCurve
from nbdiag.schema.missing import Missing
from nbdiag.schema.report import ReportData
from nbdiag.schema.run import PastRun, TrainingRun
from tests.factory import make_history, make_probe, make_run

ROOT = Path(__file__).resolve().parents[2]
TEXT_CELL = """%%traindiag
model = keras.Sequential([
    layers.Embedding(10000, 32),
    layers.Conv1D(32, 7, activation="relu"),
    layers.GlobalMaxPooling1D(),
    layers.Dense(1),  # positive or not
])
model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["acc"])
history = model.fit(x_train, y_train, epochs=4, batch_size=128, validation_split=0.2)
"""
SIGMOID_CELL = TEXT_CELL.replace("layers.Dense(1)", 'layers.Dense(1, activation="sigmoid")')
LOGITS_CELL = TEXT_CELL.replace(
    'loss="binary_crossentropy", metrics=["acc"]',
    "loss=keras.losses.BinaryCrossentropy(from_logits=True), "
    "metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)]",
)
SIGMOID_DIFF = """--- your cell
+++ new cell
@@ -3,7 +3,7 @@
     layers.Embedding(10000, 32),
     layers.Conv1D(32, 7, activation="relu"),
     layers.GlobalMaxPooling1D(),
-    layers.Dense(1),  # positive or not
+    layers.Dense(1, activation="sigmoid"),  # positive or not
 ])
 model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["acc"])
 history = model.fit(x_train, y_train, epochs=4, batch_size=128, validation_split=0.2)
"""
LOGITS_DIFF = """--- your cell
+++ new cell
@@ -5,5 +5,5 @@
     layers.GlobalMaxPooling1D(),
     layers.Dense(1),  # positive or not
 ])
-model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["acc"])
+model.compile(optimizer="rmsprop", loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)])
 history = model.fit(x_train, y_train, epochs=4, batch_size=128, validation_split=0.2)
"""
PASSED = tuple(
    Check(f"NBD{number}", name, "passed")
    for number, name in (
        (103, "softmax-on-one-unit"),
        (104, "loss-and-labels-disagree"),
        (201, "learning-rate-far-from-usual"),
        (501, "no-nonlinearity-between-layers"),
    )
)


def two_classes(share: float) -> list[int]:
    """2,000 labels, exactly that share of them 1."""
    return [int(row < 2000 * share) for row in range(2000)]


def nothing_moves() -> ReportData:
    """Field report 001: a linear output under binary cross-entropy."""
    sigmoid = Fix(
        title='Give the last layer activation="sigmoid"',
        safety="safe",
        changes=(SetLayerArgument("dense", "activation", "sigmoid"),),
        source=SIGMOID_CELL,
        diff=SIGMOID_DIFF,
    )
    logits = Fix(
        title="Let the loss take raw scores, and cut the accuracy at 0",
        safety="review",
        changes=(
            SetLoss("binary_crossentropy", from_logits=True),
            ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0})),
        ),
        source=LOGITS_CELL,
        diff=LOGITS_DIFF,
        note="model.predict then returns raw scores: apply a sigmoid to read them as probabilities.",
    )
    cause = Finding(
        code="NBD101",
        name="cross-entropy-without-probabilities",
        aspect="output_activation",
        role="cause",
        severity="error",
        confidence="proven",
        message=(
            "Your loss, binary cross-entropy, expects probabilities between 0 and 1, but the last "
            "layer returns raw numbers from -3.21 to -0.48."
        ),
        evidence=(
            Evidence("output range", "-3.21 to -0.48", "0 to 1", "probe before step 1"),
            Evidence("outputs inside 0 to 1", "0 %", "100 %", "probe before step 1"),
            Evidence("loss before training", "7.736", "about 0.693 (ln 2)", "probe before step 1"),
        ),
        explains=("NBD301", "NBD302"),
        fixes=(sigmoid, logits),
    )
    frozen = Finding(
        code="NBD301",
        name="frozen-training",
        aspect="curves",
        role="symptom",
        severity="error",
        confidence="measured",
        message="Loss and accuracy are the same in all 4 epochs, and no weight has moved.",
        evidence=(
            Evidence("change of the loss", "0.0 over 4 epochs", "falling", "history"),
            Evidence("gradient norm", "0", "above 0.000001", "probe before step 1"),
        ),
    )
    worse = Finding(
        code="NBD302",
        name="worse-than-a-constant",
        aspect="curves",
        role="symptom",
        severity="error",
        confidence="measured",
        message="The loss of 7.736 is worse than that of always giving the same answer, 0.6931.",
        evidence=(Evidence("loss", "7.736", "below 0.6931", "history"),),
    )
    run = make_run(
        activation=None,
        source=TEXT_CELL,
        metrics=("acc",),
        optimizer="rmsprop",
        validation=True,
        labels=two_classes(0.5015),
        history=make_history(
            loss=[7.7364] * 4, acc=[0.4985] * 4, val_loss=[7.6168] * 4, val_acc=[0.5062] * 4
        ),
        probes=(make_probe(loss=7.7364, output=(-3.21, -0.48), constant_loss=0.6931),),
    )
    checks = (
        Check("NBD101", cause.name, "found"),
        Check("NBD301", frozen.name, "found"),
        Check("NBD302", worse.name, "found"),
        *PASSED,
        Check("NBD401", "rows-shared-by-training-and-validation", "skipped", "not compared"),
    )
    return ReportData((cause, frozen, worse), checks, run)


def repaired() -> ReportData:
    """What follows the first fix of `nothing_moves`."""
    broken = nothing_moves()
    run = make_run(
        source=SIGMOID_CELL,
        metrics=("acc",),
        optimizer="rmsprop",
        validation=True,
        labels=two_classes(0.5015),
        history=make_history(
            loss=[0.61, 0.38, 0.27, 0.19],
            acc=[0.66, 0.85, 0.90, 0.93],
            val_loss=[0.47, 0.34, 0.31, 0.30],
            val_acc=[0.81, 0.87, 0.885, 0.89],
        ),
        probes=(make_probe(loss=0.6931, constant_loss=0.6931),),
        previous=(_past(broken),),
    )
    checks = tuple(
        replace(check, status="passed") if check.status == "found" else check
        for check in broken.checks
    )
    return ReportData((), checks, run)


def wrong_loss() -> ReportData:
    """Field report 000: squared error on a sigmoid output, and advice beside it."""
    entropy = Fix(
        title="Use binary cross-entropy",
        safety="safe",
        changes=(SetLoss("binary_crossentropy"),),
        source=TEXT_CELL.replace("layers.Dense(1)", 'layers.Dense(1, activation="sigmoid")'),
        diff=(
            "--- your cell\n+++ new cell\n@@ -4 +4 @@\n"
            '-model.compile("adam", loss="mse")\n'
            '+model.compile("adam", loss="binary_crossentropy")\n'
        ),
    )
    cause = Finding(
        code="NBD102",
        name="squared-error-on-probabilities",
        aspect="loss",
        role="cause",
        severity="error",
        confidence="measured",
        message=(
            "You train a sigmoid output on labels 0 and 1 with mean squared error: once the output "
            "saturates (99 % of it has), its gradient is 0.0000004 and nothing is learnt."
        ),
        evidence=(
            Evidence("gradient norm after epoch 1", "4e-07", "above 1e-06", "probe after epoch 1"),
            Evidence("saturated outputs", "99 %", "below 98 %", "probe after epoch 1"),
        ),
        explains=("NBD601",),
        fixes=(entropy,),
    )
    scale = Finding(
        code="NBD402",
        name="unscaled-inputs",
        aspect="inputs",
        role="cause",
        severity="warning",
        confidence="measured",
        message="Your inputs run from 0 to 255; the initial weights are made for numbers near 1.",
        evidence=(Evidence("input range", "0 to 255", "about -3 to 3", "training inputs"),),
        fixes=(
            Fix(
                title="Add a Rescaling(1/255) layer first",
                safety="review",
                changes=(),
                note="Do it where you load the images.",
            ),
        ),
    )
    vanishing = Finding(
        code="NBD601",
        name="vanishing-gradient",
        aspect="architecture",
        role="symptom",
        severity="warning",
        confidence="measured",
        message="The gradient of the first layer is 0.00001 of the last layer's.",
    )
    swings = Finding(
        code="NBD304",
        name="loss-swings",
        aspect="curves",
        role="symptom",
        severity="warning",
        confidence="measured",
        message="The validation loss swings by 0.11 from epoch to epoch.",
        marks=(Mark(7, "swings from here"),),
    )
    advice = Finding(
        code="NBD202",
        name="default-learning-rate",
        aspect="learning_rate",
        role="advice",
        severity="info",
        confidence="suspected",
        message="You use Adam's default learning rate, 0.001.",
    )
    losses = [0.26, 0.27, 0.31, 0.44, 0.487, 0.487, 0.487, 0.487]
    run = make_run(
        loss="mean_squared_error",
        validation=True,
        labels=two_classes(0.513),
        history=make_history(
            loss=losses,
            accuracy=[0.50, 0.51, 0.49, 0.513, 0.513, 0.513, 0.513, 0.513],
            val_loss=[0.27, 0.34, 0.29, 0.41, 0.52, 0.47, 0.55, 0.50],
            val_accuracy=[0.46, 0.54, 0.46, 0.457, 0.457, 0.457, 0.457, 0.457],
        ),
        probes=(make_probe(loss=0.2582, constant_loss=0.2498),),
        fits=3,
        fit_number=2,
    )
    checks = (
        Check("NBD102", cause.name, "found"),
        Check("NBD601", vanishing.name, "found"),
        *PASSED,
        Check("NBD777", "a-rule-that-breaks", "crashed", "ZeroDivisionError: division by zero"),
    )
    return ReportData((cause, scale, vanishing, swings, advice), checks, run)


def unexplained() -> ReportData:
    """A symptom that no cause explains."""
    broken = nothing_moves()
    return ReportData(broken.findings[1:], broken.checks, broken.run)


def crashed() -> ReportData:
    """A cell that failed before the first epoch."""
    run = make_run(
        probes=Missing("the model was not built"),
        error=RunError("ValueError", "Arguments `target` and `output` must have the same shape."),
    )
    return ReportData((), PASSED, run)


def checked_only() -> ReportData:
    """A healthy cell judged before training."""
    return ReportData((), PASSED, make_run())


def one_epoch() -> ReportData:
    """A single epoch with its steps."""
    steps = tuple(range(50))
    losses = tuple(0.7 * math.exp(-step / 20) + 0.05 * math.sin(step) for step in steps)
    history = replace(
        make_history(loss=[0.35], accuracy=[0.84]), step_losses=StepCurve(steps, losses)
    )
    run = make_run(
        history=history,
        probes=(make_probe(loss=0.71, constant_loss=0.69),),
        labels=two_classes(0.5),
    )
    return ReportData((), PASSED, replace(run, fit=replace(run.fit, steps=50)))


def huge() -> ReportData:
    """Field report 003: a first loss of hundreds of millions, then zero."""
    run = make_run(
        activation="softmax",
        units=2,
        loss="sparse_categorical_crossentropy",
        labels=two_classes(0.976),
        validation=True,
        history=make_history(
            loss=[386298720.0, 0.0, 0.0],
            accuracy=[0.9764, 1.0, 1.0],
            val_loss=[0.0, 0.0, 0.0],
            val_accuracy=[1.0, 1.0, 1.0],
        ),
        probes=(make_probe(loss=17108.0, constant_loss=0.69, output=(0.0, 1.0)),),
    )
    return ReportData((), PASSED, run)


def not_a_number() -> ReportData:
    """A loss that turns NaN."""
    run = make_run(
        loss="log_cosh",
        metrics=(),
        history=make_history(loss=[2.0, 11.0, math.inf, math.nan, math.nan]),
    )
    return ReportData((), PASSED, run)


def jump() -> ReportData:
    """Field report 002: the loss falls, jumps and stays up."""
    losses = [0.7 * 0.99**epoch + 0.01 for epoch in range(300)] + [7.9] * 100
    finding = Finding(
        code="NBD303",
        name="jump-and-plateau",
        aspect="curves",
        role="symptom",
        severity="error",
        confidence="measured",
        message="The loss falls for 300 epochs, then jumps to 7.9 and stays there.",
        marks=(Mark(301, "jumps at epoch 301"),),
    )
    run = make_run(
        activation="softmax",
        units=2,
        loss="sparse_categorical_crossentropy",
        labels=two_classes(0.5),
        metrics=(),
        history=make_history(loss=losses),
        probes=(make_probe(loss=0.72, constant_loss=0.693, output=(0.0, 1.0)),),
    )
    return ReportData((finding,), PASSED, run)


STORIES: dict[str, Any] = {
    story.__name__: story
    for story in (
        nothing_moves,
        repaired,
        wrong_loss,
        unexplained,
        crashed,
        checked_only,
        one_epoch,
        huge,
        not_a_number,
        jump,
    )
}


def _past(report: ReportData) -> PastRun:
    run: TrainingRun = report.run
    return PastRun(
        cell=run.cell.number,
        model="sequential",
        losses=("binary_crossentropy",),
        epochs=run.history.epochs,
        cause="NBD101",
        source=run.cell.source,
    )
