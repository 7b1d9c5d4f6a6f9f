"""A long training leaves a small record, and the record still shows what happened."""

import json
import math

import pytest

from nbdiag.capture.fit.history import Curves
from nbdiag.capture.fit.step_losses import StepLosses
from nbdiag.capture.probe.schedule import thinned
from nbdiag.schema.probe import ActivationProbe, Probe, VariableProbe
from nbdiag.schema.run import TrainingRun
from tests.factory import make_run

MEGABYTE = 1_000_000
METRICS = ("accuracy", "auc", "precision", "recall", "val_loss", "val_accuracy", "val_auc")


def trained(epochs, steps, spikes):
    """Report a training to the curves as the recorder does: running means of float32."""
    curves = Curves(running_means=True)
    number = 0
    for epoch in range(epochs):
        curves.begin()
        total = 0.0
        for batch in range(steps):
            total += spikes.get(number, 1.0 + 0.1 * math.sin(number))
            curves.batch(batch, {"loss": total / (batch + 1)})
            number += 1
        logs = {"loss": total / steps} | dict.fromkeys(METRICS, 1 / (3 + epoch))
        curves.epoch(logs, lambda: 0.001)
    curves.close()
    return curves


def probe(epoch, layers=50):
    variables = tuple(
        VariableProbe(f"block_{n}/conv/kernel", f"block_{n}", 2359296, 1 / 3, 2 / 3, 1 / 7, 1 / 9)
        for n in range(2 * layers)
    )
    activations = tuple(
        ActivationProbe(f"block_{n}", "relu", 0.0, 10 / 3, 1 / 3, 2 / 3, 1 / 7)
        for n in range(layers)
    )
    return Probe("epoch" if epoch else "start", epoch, 1024, 1 / 3, (), variables, activations)


def test_a_million_steps_and_a_thousand_epochs():
    spikes = {0: 2.0, 333_333: 40.0, 999_999: 30.0}
    curves = trained(1_000, 1_000, spikes)
    probes = []
    for epoch in range(1_000):
        probes = thinned([*probes, probe(epoch)])
    run = make_run()
    run = TrainingRun(
        cell=run.cell,
        model=run.model,
        compile=run.compile,
        data=run.data,
        history=curves.history(),
        probes=tuple(probes),
    )
    text = json.dumps(run.to_dict())
    assert len(text) < MEGABYTE
    history = TrainingRun.from_dict(json.loads(text)).history
    assert history.completed == 1_000
    assert all(len(curve) == 1_000 for curve in history.epochs.values())
    assert set(history.epochs) == {"loss", *METRICS}
    found = dict(zip(history.step_losses.steps, history.step_losses.losses, strict=True))
    for step, loss in spikes.items():
        assert found[step] == pytest.approx(loss, rel=0.01)
    assert len(found) <= 600
    # The level around the spikes is there, too: the least and the greatest of every stretch.
    rest = [loss for step, loss in found.items() if step not in spikes]
    assert min(rest) == pytest.approx(0.9, abs=0.02)
    assert max(rest) == pytest.approx(1.1, abs=0.02)
    shown = [item.epoch for item in probes]
    assert shown[:2] == [0, 1]
    assert shown[-1] == 999
    assert shown == sorted(set(shown))


def test_one_epoch_of_a_million_steps_in_bounded_memory():
    steps = StepLosses()
    spikes = {7: 9.0, 600_000: 50.0}
    total = 0.0
    most = 0
    for batch in range(1_000_000):
        total += spikes.get(batch, 1.0 + 0.1 * math.sin(batch))
        steps.see(batch, total / (batch + 1))
        if not batch % 1_000:
            most = max(most, len(steps._means) + len(steps._kept))
    steps.close_epoch()
    assert most < 10_000
    found = dict(zip(steps.curve().steps, steps.curve().losses, strict=True))
    assert found[7] == pytest.approx(9, rel=0.01)
    assert found[600_000] == pytest.approx(50, rel=0.01)
    # Beyond some hundred thousand steps one step drowns in rounding; the mean of a few does not.
    late = [loss for step, loss in found.items() if step > 700_000]
    assert late
    assert all(0.85 < loss < 1.15 for loss in late)


def test_reports_out_of_order_across_the_buffer():
    losses = [1.0 + (batch % 7) for batch in range(10_000)]
    means, total = [], 0.0
    for batch, loss in enumerate(losses):
        total += loss
        means.append((batch, total / (batch + 1)))
    steps = StepLosses()
    for start in range(0, len(means), 10):  # threads deliver a few batches late
        for batch, mean in reversed(means[start : start + 10]):
            steps.see(batch, mean)
    steps.close_epoch()
    curve = steps.curve()
    for step, loss in zip(curve.steps, curve.losses, strict=True):
        assert loss == pytest.approx(losses[step], rel=0.01)
    assert curve.steps[-1] > 9_900


def test_steps_of_the_next_epoch_are_counted_on():
    steps = StepLosses()
    for _ in range(2):
        for batch in range(5_000):
            steps.see(batch, 1.0)
        steps.close_epoch()
    curve = steps.curve()
    assert curve.steps[0] == 0
    assert 9_900 < curve.steps[-1] < 10_000


def test_what_is_swallowed_by_rounding_still_counts_as_steps():
    steps = StepLosses()
    for batch, mean in enumerate([1e9, 5e8, 1e9 / 3]):
        steps.see(batch, mean)
    steps.close_epoch()
    steps.see(0, 2.0)
    steps.close_epoch()
    assert steps.curve().steps == (0, 3)


def test_few_large_probes_stay():
    probes = []
    for epoch in range(30):
        probes = thinned([*probes, probe(epoch, layers=2_000)])
    assert 3 <= len(probes) <= 4
    assert [item.epoch for item in probes][:2] == [0, 1]


def test_small_probes_stay_up_to_forty():
    probes = []
    for epoch in range(200):
        probes = thinned([*probes, probe(epoch, layers=1)])
    assert 20 <= len(probes) <= 40
    assert probes[-1].epoch == 199
