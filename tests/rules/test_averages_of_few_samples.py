"""Moving averages that hold few samples, on runs built by hand."""

from dataclasses import replace

import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.layers.averages_of_few_samples import AveragesOfFewSamples
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.missing import Missing
from tests.factory import make_layer, make_probe, make_run

GOOD, POOR = 0.05, 0.9  # losses, where always predicting the same value has 0.69


def normalized(momentum, batch, used=POOR, trained=GOOD, **fields):
    layers = (
        make_layer("Dense", "hidden", units=16),
        make_layer(
            "BatchNormalization",
            "normal",
            inbound=("hidden",),
            **{"config": {"momentum": momentum}, **fields},
        ),
        make_layer("Dense", "head", inbound=("normal",), units=1, activation="sigmoid"),
    )
    probe = make_probe("end", 2, loss=used, constant_loss=0.69)
    history = {"loss": [0.6, trained]}
    return make_run(layers=layers, metrics=(), history=history, batch_size=batch, probes=(probe,))


def found(run):
    return list(AveragesOfFewSamples().check(run))


@pytest.mark.parametrize(
    ("momentum", "batch", "proposed"),
    [(0.1, 4, 0.99), (0.1, 32, 0.9), (0.9, 4, 0.99), (0.0, 63, 0.9), (0.5, 31, 0.9)],
)
def test_averages_of_few_samples_in_a_model_that_is_poor_in_use(momentum, batch, proposed):
    (finding,) = found(normalized(momentum, batch))
    assert finding.severity == "error"
    assert finding.fixes[0].changes == (SetLayerArgument("normal", "momentum", proposed),)


@pytest.mark.parametrize(
    ("momentum", "batch"), [(0.9, 32), (0.5, 256), (0.0, 64), (0.5, 32), (0.99, 2), (0.1, 1)]
)
def test_a_low_momentum_is_sound_on_large_batches(momentum, batch):
    assert found(normalized(momentum, batch)) == []


@pytest.mark.parametrize(("used", "trained"), [(GOOD, GOOD), (0.4, GOOD), (POOR, 0.4)])
def test_few_samples_are_left_alone_where_they_do_no_harm(used, trained):
    assert found(normalized(0.1, 4, used, trained)) == []


def test_averages_that_stand_still_and_published_models_are_left_alone():
    assert found(normalized(0.1, 4, trainable=False)) == []
    assert found(normalized(0.1, 4, application="resnet")) == []


def test_batches_of_unknown_size_cannot_be_judged():
    run = normalized(0.1, 4)
    with pytest.raises(Skipped):
        found(replace(run, fit=replace(run.fit, batch_size=Missing("made by the data set"))))
