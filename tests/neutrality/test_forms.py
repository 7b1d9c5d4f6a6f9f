"""The same cells with and without the magic: nothing that a user could tell apart differs.

Each form of `tests/neutrality/forms` is one test. Two processes run them all, one bare and one
watched, so that TensorFlow is loaded twice and not five hundred times.

All of them take ten minutes of a busy processor. Each run of the tests takes one in three, the same
ones whatever else is in the table; ``scripts/test --explore`` takes all, and so does
``pytest --hypothesis-profile explore tests/neutrality -k NAME`` for one of them.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import hypothesis
import pytest

from tests.neutrality.forms import FORMS
from tests.recorded import chosen

pytestmark = [pytest.mark.training, pytest.mark.explored, pytest.mark.timeout(3000)]

ALL = hypothesis.settings.get_current_profile_name() == "explore"
TAKEN = [form for form in FORMS if ALL or chosen(form.name, 3)]
# What is not compared: what nbdiag shows and says itself, and time.
OURS = ("report", "seconds")


@pytest.fixture(scope="module")
def lives(request):
    """Run the forms that were asked for, and that can be run here, in both ways."""
    pytest.importorskip("tensorflow")
    asked = {
        getattr(item, "callspec", None) and item.callspec.params.get("form")
        for item in request.session.items
    }
    names = [form.name for form in FORMS if form in asked and not form.missing()]
    with ThreadPoolExecutor(2) as pool:
        bare, watched = pool.map(lambda mode: lived(mode, names), ("bare", "watched"))
    return {name: (bare.get(name), watched.get(name)) for name in names}, bare[""] + watched[""]


def lived(mode, names):
    done = subprocess.run(
        [sys.executable, "-m", "tests.neutrality.runner", mode],
        input="\n".join(names),
        capture_output=True,
        text=True,
        timeout=2400,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    found = map(json.loads, done.stdout.splitlines())
    return {**{item.pop("name"): item for item in found}, "": f"{mode}: {done.stderr[-3000:]}\n"}


@pytest.mark.parametrize("form", TAKEN, ids=lambda form: form.name)
def test_nothing_differs(form, lives):
    if missing := form.missing():
        pytest.skip(f"{', '.join(missing)} is not installed")
    results, errors = lives
    bare, watched = results[form.name]
    assert bare, errors
    assert watched, errors
    shown = [text for cell in bare["cells"] + watched["cells"] for text in cell.pop("ours")]
    assert not [text for text in shown if "nbdiag failed" in text]
    report = watched["report"]
    assert (report is not None) == form.seen, shown
    assert report is None or not report["crashed"]
    for life in (bare, watched):
        # Other cells have another text in the history.
        for name in (*OURS, "history") if form.bare else OURS:
            del life[name]
    assert watched == bare


def test_names_differ():
    names = [form.name for form in FORMS]
    assert len(set(names)) == len(names)
    assert len(names) > 200
