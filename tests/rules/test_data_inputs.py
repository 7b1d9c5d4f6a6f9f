"""Rules about the inputs' values, on runs built by hand."""

import numpy as np
import pytest

from nbdiag.rules import Skipped
from nbdiag.rules.data.unscaled_inputs import UnscaledInputs
from nbdiag.schema.changes import ScaleInputs
from nbdiag.schema.data import Data
from nbdiag.schema.missing import Missing
from tests.factory import binary, make_layer, make_probe, make_run, normal


def found(rule, run):
    return list(rule().check(run))


def unscaled(inputs, *, first=0.7, last=(), **fields):
    probes = (make_probe(loss=first),)
    history = {"loss": last} if last else None
    run = make_run(
        inputs=inputs,
        labels=binary(len(inputs)),
        metrics=(),
        probes=probes,
        history=history,
        **fields,
    )
    return found(UnscaledInputs, run)


PIXELS = np.random.default_rng(0).integers(0, 256, size=(200, 8, 8, 1)).astype("uint8")
TABLE = normal(200, 4) * [1, 30, 5000, 0.1] + [0, 90, 20_000, 0]
UNIT = normal(200, 8)


@pytest.mark.parametrize(
    ("inputs", "first", "last", "severity"),
    [
        (PIXELS, 30.0, [5.0, 0.7], "error"),
        (PIXELS, 30.0, [5.0, 0.5], "warning"),
        (PIXELS, 30.0, [5.0, 0.05], "info"),
        (PIXELS, 30.0, [], "warning"),
        (PIXELS, 0.9, [0.7, 0.5], "info"),
        (PIXELS, 0.9, [0.7, 0.7], "error"),
        (TABLE, 900.0, [80.0, 0.9], "error"),
        (TABLE, 900.0, [80.0, 0.6], "warning"),
        (TABLE, 900.0, [80.0, 0.06], "warning"),
        (TABLE, 0.9, [0.6, 0.06], "info"),
        (UNIT * 3, 5.0, [0.7, 0.7], None),
        (UNIT * 8, 0.9, [0.7, 0.6], None),
        (UNIT, 30.0, [5.0, 0.7], None),
        (PIXELS / 255, 30.0, [5.0, 0.7], None),
    ],
)
def test_severity_follows_the_effect_and_the_ending(inputs, first, last, severity):
    findings = unscaled(inputs, first=first, last=last)
    assert [item.severity for item in findings] == ([severity] if severity else [])


def test_a_training_that_creeps_on_large_inputs_is_measured_to_be_slow():
    creeping = [0.7 - 0.008 * epoch for epoch in range(20)]
    (finding,) = unscaled(UNIT * 8, first=0.9, last=creeping)
    assert (finding.severity, finding.confidence) == ("warning", "measured")
    assert unscaled(UNIT * 8, first=0.9, last=[0.7 - 0.03 * epoch for epoch in range(11)]) == []
    assert unscaled(UNIT * 8, first=0.9, last=[0.6] * 20) == []
    assert unscaled(UNIT, first=0.9, last=creeping) == []


def test_bytes_are_divided_and_a_table_is_standardized():
    (pixels,) = unscaled(PIXELS, first=30.0, last=[0.7])
    assert pixels.fixes[0].changes == (ScaleInputs("rescale", scale=1 / 255),)
    assert pixels.fixes[1].changes == (ScaleInputs("standardize"),)
    (table,) = unscaled(TABLE, first=30.0, last=[0.7])
    assert [fix.changes for fix in table.fixes] == [(ScaleInputs("standardize"),)]


def test_the_message_names_range_layer_and_effect():
    (finding,) = unscaled(PIXELS, first=30.0, last=[0.7])
    assert "from 0 to 255" in finding.message
    assert "'dense'" in finding.message
    assert finding.confidence == "measured"
    names = [item.name for item in finding.evidence]
    assert names[:2] == ["range of the inputs", "loss before the first step"]


def test_columns_of_different_size_and_marks_are_shown():
    spoilt = TABLE.copy()
    spoilt[::9, 1] = -999.0
    spoilt[:, [0, 2, 3]] = np.abs(spoilt[:, [0, 2, 3]])
    (finding,) = unscaled(np.where(spoilt == -999, spoilt, np.abs(spoilt)), first=9.0, last=[0.7])
    assert {"size of the columns", "missing values"} <= {item.name for item in finding.evidence}


@pytest.mark.parametrize("first", ["Embedding", "Normalization", "BatchNormalization"])
def test_names_and_normalized_inputs_are_left_alone(first):
    layers = (
        make_layer(first, "first", parameters=4),
        make_layer("Dense", "head", units=1, inbound=("first",)),
    )
    assert unscaled(PIXELS, first=30.0, last=[0.7], layers=layers) == []


def test_behind_an_unknown_layer_only_an_effect_speaks():
    layers = (
        make_layer("Lambda", "first"),
        make_layer("Dense", "head", units=1, inbound=("first",)),
    )
    assert unscaled(PIXELS, first=0.7, last=[0.7], layers=layers) == []
    assert unscaled(PIXELS, first=70.0, last=[0.7], layers=layers)


def test_a_mask_forbids_a_layer_in_front():
    layers = (
        make_layer("Masking", "mask"),
        make_layer("LSTM", "lstm", parameters=40, inbound=("mask",)),
        make_layer("Dense", "head", units=1, inbound=("lstm",)),
    )
    (finding,) = unscaled(TABLE, first=30.0, last=[0.7], layers=layers)
    assert [fix.safety for fix in finding.fixes] == ["display"]


def test_inputs_scaled_twice_are_faint():
    (finding,) = unscaled(PIXELS / 255 / 255, last=[0.69, 0.68])
    assert finding.severity == "warning"
    assert "scaled twice" in finding.message
    assert unscaled(PIXELS / 255 / 255, last=[0.5, 0.1]) == []
    assert unscaled(PIXELS / 255 / 255) == []


def test_without_inputs_it_is_skipped():
    with pytest.raises(Skipped, match="inputs were not seen"):
        found(UnscaledInputs, make_run(data=Data()))
    with pytest.raises(Skipped, match="no model"):
        found(UnscaledInputs, make_run(model=Missing("no model was seen")))
