"""``--plain`` and NBDIAG_PLAIN=1: one output of text and Markdown, and the data beside it."""

import argparse
import json

import pytest

from nbdiag.diagnosis import diagnose
from nbdiag.magics.options import is_plain
from nbdiag.panel.publish import show_plainly
from nbdiag.schema.run import TrainingRun
from tests.recorded import FILES

FAULTY = next(path for path in FILES if path.stem.startswith("nbd101_faulty"))
SOUND = next(path for path in FILES if path.stem.startswith("nbd101_healthy"))


def shown(*paths):
    calls = []
    reports = [diagnose(TrainingRun.load(path)) for path in paths]
    again = show_plainly(lambda: reports, display=lambda data, **more: calls.append((data, more)))
    assert callable(again)
    (call,) = calls
    return call


@pytest.mark.parametrize("paths", [(FAULTY,), (SOUND,), (FAULTY, SOUND, SOUND)])
def test_one_output_without_html(paths):
    data, more = shown(*paths)
    assert data.keys() == {"text/plain", "text/markdown"}
    assert all(len(text) <= 4000 for text in data.values())
    assert more["raw"] is True
    summary = more["metadata"]["nbdiag"]["summary"]
    assert len(json.dumps(summary)) <= 4000
    assert summary["verdict"] == ("error" if paths[0] is FAULTY else "ok")


def test_the_verdict_is_the_first_line():
    data, _ = shown(FAULTY)
    assert data["text/plain"].startswith("nbdiag: ERROR NBD101")
    assert data["text/markdown"].startswith("**nbdiag: NBD101 error")
    assert shown(SOUND)[0]["text/plain"].startswith("nbdiag: Sound: ")


@pytest.mark.parametrize(
    ("option", "variable", "plain"),
    [
        (False, "", False),
        (False, "0", False),
        (False, "1", True),
        (True, "", True),
        (True, "0", True),
    ],
)
def test_option_or_variable(monkeypatch, option, variable, plain):
    monkeypatch.setenv("NBDIAG_PLAIN", variable)
    assert is_plain(argparse.Namespace(plain=option)) is plain
