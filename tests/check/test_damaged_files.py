"""Damaged and odd input: a sentence or a verdict, never a traceback."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbdiag.check.file_verdict import judge_file
from nbdiag.check.formats import FORMATS, write_verdicts
from nbdiag.check.program_file import UnreadableFileError, parse_file
from tests.check.notebooks import FAULTY, IMPORTS, notebook, old_notebook

QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
WHOLE = [notebook(*FAULTY), old_notebook(*FAULTY), "\n".join(FAULTY)]
PIECES = st.sampled_from(
    [
        *"()[]{}:,=.*\n\t'\"\\#%!?0é\u202e\x00",
        "\n    ",
        "model",
        ".fit(",
        "layers.Dense(",
        "for ",
        "in ",
        "def ",
        "class ",
        "lambda ",
        "if ",
        "return ",
        "import ",
        "keras",
        "**",
        "None",
        "self",
        "yield ",
    ]
)


def survives(data, notebook):
    try:
        verdict = judge_file(parse_file(data, "a", notebook=notebook))
    except UnreadableFileError:
        return
    for form in FORMATS:
        write_verdicts(form, [verdict]).encode("utf-8", errors="replace")


@QUICK
@given(st.sampled_from(WHOLE), st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=8))
def test_cut_and_overwritten_files(text, place, length, more):
    data = text.encode()
    survives(data[:place] + more + data[place + length :], None)
    survives(data[:place], text.startswith("{"))


@QUICK
@given(st.lists(PIECES, max_size=60), st.sampled_from(["", "\n".join(FAULTY) + "\n", IMPORTS]))
def test_pieces_of_code(pieces, before):
    survives((before + "".join(pieces)).encode("utf-8", errors="replace"), False)


@QUICK
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["cells", "source", "cell_type", "id", "metadata"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_json_of_any_form(value):
    survives(json.dumps({"cells": value}).encode(), True)
    survives(json.dumps({"cells": [{"cell_type": "code", "source": value}]}).encode(), True)
    survives(json.dumps({"worksheets": [{"cells": [value]}], "metadata": value}).encode(), True)


def test_large_and_deep_programs():
    survives((IMPORTS + "x = " + "[" * 3000 + "]" * 3000 + "\nmodel.fit(x)").encode(), False)
    survives((IMPORTS + "-" * 20_000 + "1\nmodel.fit(x)").encode(), False)
    survives((IMPORTS + "model.fit(x)\n" * 5000).encode(), False)
    deep = "\n".join(" " * n + "if x:" for n in range(90)) + "\n" + " " * 90 + "model.fit(x)"
    survives((IMPORTS + deep).encode(), False)
    chain = "x = keras.Input((4,))\n" + "x = layers.Dense(4)(x)\n" * 800
    survives(
        (IMPORTS + chain + "m = keras.Model(x, x)\nm.compile('sgd', 'mse')\nm.fit(a, b)").encode(),
        False,
    )
