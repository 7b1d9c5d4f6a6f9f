"""A failure in what ``%time`` runs is found where the user wrote it."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from nbdiag.capture.failure.context import describe_context
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.failure import FailureContext, RunError
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call, text_at


@pytest.fixture
def shell(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("%time print(int('Größe'))", "int('Größe')"),
        ("if True:\n    %time n = int('x')", "int('x')"),
        ("%time  n = len('ü'); m = int('x')", "int('x')"),
    ],
)
def test_the_place_of_a_timed_call_is_that_of_the_call(shell, line, call):
    cell = Cell(4, f"%matplotlib?\n{line}\n")
    with capture_output():
        error = shell.run_cell(cell.source).error_in_exec
    if error is None:
        pytest.skip("%time of this IPython shows the failure itself, and its cell ends well")
    scene = describe_context(
        error, (cell,), {}, lambda name: 4 if name.startswith("<ipython-input") else None
    )
    assert [text_at(cell, place) for place in scene.places] == [call]


def test_a_place_that_is_the_magic_means_the_call_that_it_times():
    cell = Cell(4, "x = 1\n%time model.fit(int(x))\n")
    site = CallSite(4, 2, 0, 2, len("get_ipython().run_line_magic('time', 'model.fit(int(x))')"))
    run = TrainingRun(
        cell=cell, error=RunError("ValueError", "", "cell", (2,), FailureContext((site,)))
    )
    found = failed_call(run)
    assert found is not None
    assert found.name == "fit"
