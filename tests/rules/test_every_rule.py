"""One test file for all rules: each over every recorded run, and over runs with pieces torn out.

A rule `NBDnnn` is at home in the folder of its family. Its faulty programs are
`tests/programs/<family>/nbdNNN_faulty_<what>.py`, its twins `nbdNNN_healthy_<what>.py`, and
`scripts/record_runs.py` records both into `tests/runs/<family>/`.
"""

import dataclasses
import difflib
import math
import random
import re
import subprocess
import sys
import types
import typing
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbdiag.engine import judge
from nbdiag.rules import Skipped, all_rules
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from tests.exploring import examples
from tests.factory import classes, make_probe, make_run, normal, one_hot
from tests.recorded import FILES, groups, judged, load, sample

HERE = Path(__file__).resolve().parent.parent
PROGRAMS = HERE / "programs"
RULES = {rule.code: rule for rule in all_rules()}
SECTIONS = (
    "What it finds",
    "Why it hurts",
    "Example",
    "Use instead",
    "Fix safety",
    "Thresholds and their source",
    "References",
)
ODDS = 0.02  # of a field to be torn out: some ten of the several hundred of a run
MOST_CHANGED = 12  # lines of a twin's difference: one edit, laid out as the formatter likes it


def code_of(path):
    return path.stem[:6].upper()


def files(kind):
    return [path for path in FILES if re.match(rf"nbd\d{{3}}_{kind}", path.stem)]


@cache
def found_in(path):
    """What the rule of a recorded run finds in it, whatever outranks it in a report."""
    try:
        return tuple(RULES[code_of(path)]().check(load(path)))
    except Skipped:
        return ()


def family_of(code):
    return RULES[code].__module__.split(".")[2]


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_complete_page(code):
    rule = RULES[code]
    page = rule.page()
    first = page.partition("\n")[0]
    assert first.endswith("."), f"{code}: the page begins with its title, a sentence"
    found = re.findall(r"^(.+)\n-{3,}$", page, flags=re.MULTILINE)
    assert tuple(found) == SECTIONS
    for section, text in zip(
        SECTIONS, re.split(r"^.+\n-{3,}\n", page, flags=re.MULTILINE)[1:], strict=True
    ):
        assert text.strip(), f"{code}: {section} is empty"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    module = rule.__module__.rpartition(".")[2]
    assert module == rule.name.replace("-", "_"), "the file is named like the rule"


@pytest.mark.parametrize("code", RULES)
def test_what_a_rule_explains_and_supersedes_exists(code):
    rule = RULES[code]
    unknown = {other for other in (*rule.explains, *rule.supersedes) if other not in RULES}
    assert not unknown, f"{code} names {sorted(unknown)}, which no rule has"
    assert all(RULES[other].role == "symptom" for other in rule.explains)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_faulty_run_and_a_twin(code):
    family = family_of(code)
    stems = {path.stem for path in files("(faulty|healthy)") if path.parent.name == family}
    faulty = {stem for stem in stems if stem.startswith(f"{code.lower()}_faulty")}
    assert faulty, f"record a program tests/programs/{family}/{code.lower()}_faulty_….py"
    twins = {stem for stem in faulty if stem.replace("_faulty", "_healthy") in stems}
    assert twins, f"{code} has no healthy twin that is called like its faulty program"


FAULTY, HEALTHY = groups(files("faulty")), groups(files("healthy"))


@pytest.mark.parametrize("code", FAULTY)
def test_a_rule_fires_on_its_faulty_runs(code):
    assert not [path.stem for path in FAULTY[code] if not found_in(path)], "nothing was found"


@pytest.mark.parametrize("code", FAULTY)
def test_a_finding_speaks_with_evidence(code):
    for path, finding in ((run, item) for run in FAULTY[code] for item in found_in(run)):
        assert finding.message.endswith((".", "!", "?")), path.stem
        assert finding.evidence, f"{path.stem}: a finding without a number is an opinion"
        assert all(item.observed and item.expected for item in finding.evidence), path.stem
        if finding.role == "symptom":
            assert not finding.fixes, f"{path.stem}: a symptom has no fix of its own"
        for fix in finding.fixes:
            assert fix.changes or fix.safety == "display", path.stem
            assert fix.title[0].isupper(), path.stem


@pytest.mark.parametrize("code", HEALTHY)
def test_a_rule_is_silent_on_its_twins(code):
    found = {
        path.stem: item.message
        for path in HEALTHY[code]
        for item in found_in(path)
        if item.severity != "info"
    }
    assert not found


@pytest.mark.parametrize("code", HEALTHY)
def test_a_twin_differs_by_one_edit(code):
    for path in HEALTHY[code]:
        family = PROGRAMS / path.parent.name
        twin, faulty = (
            family / f"{path.stem}.py",
            family / f"{path.stem.replace('_healthy', '_faulty')}.py",
        )
        if not faulty.exists():
            continue  # it looks like a fault, and is the twin of none
        before, after = (_code(item) for item in (faulty, twin))
        changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
        assert 0 < len(changed) <= MOST_CHANGED, "\n".join([path.stem, *changed])


def _code(path):
    """Lines of a program without its docstring and blank lines."""
    text = re.sub(r'\A""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


EVERY = groups(FILES)


@pytest.mark.parametrize("group", EVERY)
def test_no_rule_crashes(group):
    crashed = {
        path.stem: check
        for path in EVERY[group]
        for check in judged(path).checks
        if check.status == "crashed"
    }
    assert not crashed


# Those of the folder `healthy` have a file of their own: test_healthy_corpus.py.
TWINS = groups(path for path in FILES if "_healthy" in path.stem and path.parent.name != "healthy")


@pytest.mark.parametrize("code", TWINS)
def test_nothing_is_said_against_a_twin(code):
    loud = {
        path.stem: f"{item.code} {item.message}"
        for path in TWINS[code]
        for item in judged(path).findings
        if item.severity != "info"
    }
    assert not loud


def test_the_rule_pages_are_fresh():
    script = HERE.parent / "scripts" / "document_rules.py"
    done = subprocess.run(
        [sys.executable, script, "--check"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def torn(value, hint, chance):
    """Put something unwelcome, but of the right type, in random places of a value."""
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    if chance.random() < ODDS:
        options = typing.get_args(hint) if union else (hint,)
        choices = [item for option in options for item in _unwelcome(option)]
        if choices:
            return chance.choice(choices)
    if dataclasses.is_dataclass(value) and not isinstance(value, Missing):
        hints = typing.get_type_hints(type(value))
        return dataclasses.replace(
            value,
            **{
                field.name: torn(getattr(value, field.name), hints[field.name], chance)
                for field in dataclasses.fields(value)
            },
        )
    if isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        return tuple(torn(item, type(item), chance) for item in value)
    if isinstance(value, tuple) and value and isinstance(value[0], float):
        return tuple(torn(item, float, chance) for item in value)
    if isinstance(value, dict) and value and isinstance(next(iter(value.values())), tuple):
        return {key: torn(item, tuple[float, ...], chance) for key, item in value.items()}
    return value


def _unwelcome(option):
    if option is Missing:
        return [Missing("torn out")]
    if option is type(None):
        return [None]
    if option is float:
        return [math.nan, math.inf, 0.0, -1.0]
    if typing.get_origin(option) is tuple and Ellipsis in typing.get_args(option):
        return [()]
    return [{}] if typing.get_origin(option) is dict else []


MADE = (
    make_run(probes=[make_probe(), make_probe("end", 2)], history={"loss": [0.7, 0.6]}),
    make_run(activation="linear", probes=[make_probe(output=(-3.0, 5.0))]),
    make_run(units=3, activation="softmax", loss="mse", labels=one_hot(3), validation=True),
    make_run(labels=classes(5), history={"loss": [0.7] * 12, "val_loss": [0.7] * 12}),
    make_run(labels=180 + 40 * normal(200), loss="mse", activation="relu", validation=True),
)


TORN = {f"made {place}": run for place, run in enumerate(MADE)} | {
    f"{path.parent.name}/{path.stem}": path for path in sample(FILES, 16)
}


@pytest.mark.parametrize("name", TORN)
@settings(max_examples=examples(7))
@given(chance=st.integers(0, 2**32).map(random.Random))
def test_no_rule_crashes_on_a_run_with_pieces_torn_out(name, chance):
    run = TORN[name]
    run = load(run) if isinstance(run, Path) else run
    crashed = [
        item for item in judge(torn(run, TrainingRun, chance)).checks if item.status == "crashed"
    ]
    assert not crashed
