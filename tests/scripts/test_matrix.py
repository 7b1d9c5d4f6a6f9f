"""The lowest versions come from pyproject.toml, and a row replaces the one of its environment."""

import importlib.util
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("line", "version"),
    [("numpy>=1.26", "1.26"), ("anywidget~=0.11.0", "0.11.0"), ("torch==2.13.0", "2.13.0")],
)
def test_the_lowest_version_is_the_lower_bound(line, version):
    assert script("lowest_versions").lowest_version(Requirement(line)) == version


@pytest.mark.parametrize("line", ["numpy", "numpy<2", "numpy>=1.26,~=1.27"])
def test_a_package_has_one_lower_bound(line):
    with pytest.raises(ValueError, match="exactly one lower bound"):
        script("lowest_versions").lowest_version(Requirement(line))


def test_every_package_that_nbdiag_runs_with_has_a_lowest_version():
    lowest = script("lowest_versions").lowest_versions()
    assert {"keras", "tensorflow", "numpy", "ipython", "ipykernel", "ipywidgets"} <= set(lowest)


def test_a_row_replaces_that_of_its_environment_and_leaves_the_others():
    table = script("support_table")
    page = f"Before.\n\n{table.BEGIN}{table.END}\nAfter.\n"
    for row in ["| newest-3.13 | 5 |", "| lowest | 1 |", "| newest-3.12 | 3 |", "| lowest | 2 |"]:
        page = table.with_row(page, row)
    before, rest = page.split(table.BEGIN)
    rows, after = rest.split(table.END)
    assert (before, after) == ("Before.\n\n", "\nAfter.\n")
    assert rows.splitlines()[2:] == ["| lowest | 2 |", "| newest-3.12 | 3 |", "| newest-3.13 | 5 |"]


def test_the_results_of_a_run_are_counted(tmp_path):
    results = tmp_path / "results.xml"
    suite = '<testsuite tests="9" failures="2" errors="1" skipped="2"/>'
    results.write_text(f"<testsuites>{suite}</testsuites>")
    assert script("support_table").counts(results) == (4, 3, 2)
