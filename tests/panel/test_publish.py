import gc
import subprocess
import sys

import pytest

from nbdiag.panel import outputs
from nbdiag.panel.live_panel import LivePanel
from nbdiag.panel.publish import show
from nbdiag.render import page
from nbdiag.render.curves import figure
from tests.render import stories


class Screen:
    """Stands for IPython's display."""

    def __init__(self):
        self.shown = []

    def __call__(self, thing, **options):
        self.shown.append((thing, options))


def test_static_report_and_panel_are_two_outputs():
    screen = Screen()
    panel = show(stories.nothing_moves(), display=screen)
    (still, options), (live, _) = screen.shown
    assert set(still) == {"text/plain", "text/html"}
    assert options == {"raw": True}
    assert live is panel


def test_static_report_alone():
    screen = Screen()
    assert show(stories.nothing_moves(), display=screen, widget=False) is None
    assert len(screen.shown) == 1


def test_other_fits_are_told_in_a_line():
    screen = Screen()
    show(stories.wrong_loss(), [stories.nothing_moves()], display=screen, widget=False)
    line = "Fit 1 of 1: NBD101 Your loss, binary cross-entropy"
    assert all(line in text for text in screen.shown[0][0].values())


def test_curves_are_drawn_once(monkeypatch):
    drawn = []
    png = figure.png
    monkeypatch.setattr(figure, "png", lambda report: drawn.append(report) or png(report))
    report, others = stories.nothing_moves(), [stories.wrong_loss(), stories.repaired()]
    for _ in range(2):
        show(report, others, display=Screen())
    assert drawn == [report]


def test_a_drawing_goes_with_its_report():
    before = len(page._DRAWN)
    report = stories.nothing_moves()
    assert page.picture(report)
    assert len(page._DRAWN) == before + 1
    del report
    gc.collect()
    assert len(page._DRAWN) == before


def test_static_report_alone_needs_no_widgets():
    program = (
        "import sys\n"
        "from nbdiag.panel.publish import show\n"
        "from tests.render.stories import nothing_moves\n"
        "show(nothing_moves(), display=lambda *a, **k: None, widget=False)\n"
        "assert not {'ipywidgets', 'anywidget'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


REQUESTS = {
    "JupyterLab": ({"allow_stdin": True}, {"cellId": "1f0c2d9a-6c5b"}, "notebook"),
    "VS Code": ({"allow_stdin": True}, {"cellId": "vscode-notebook-cell:/a.ipynb#W0"}, "other"),
    "a console": ({"allow_stdin": True}, {}, "other"),
    "nbclient": ({"allow_stdin": False}, {}, "none"),
}


class Shell:
    """Stands for a kernel's shell that runs a request."""

    def __init__(self, content, metadata):
        self.request = {"content": content, "metadata": metadata}

    def get_parent(self):
        return self.request


@pytest.fixture(params=REQUESTS)
def request_of(request, monkeypatch):
    content, metadata, kind = REQUESTS[request.param]
    monkeypatch.setattr("IPython.get_ipython", lambda: Shell(content, metadata))
    return kind


def test_front_end_is_known_by_its_request(request_of):
    assert outputs.front_end() == request_of


def test_no_widget_is_saved_where_the_page_can_show_it_by_itself(request_of):
    screen = Screen()
    panel = show(stories.nothing_moves(), display=screen)
    (still, options), *rest = screen.shown
    assert set(still) == {"text/plain", "text/html"}
    if request_of == "other":
        assert [thing for thing, _ in rest] == [panel]
        assert outputs_view(panel) is True
        return
    assert rest == []
    if request_of == "none":
        assert panel is None
    else:
        assert options["metadata"] == outputs.mark(panel.model_id)
        assert panel._bridge.ready
        assert panel._repr_mimebundle_() == (still, options["metadata"])


def outputs_view(panel):
    return "application/vnd.jupyter.widget-view+json" in panel._repr_mimebundle_()


def test_report_comes_into_the_place_of_the_live_panel(request_of):
    screen = Screen()
    live = LivePanel(display=screen, ask=lambda: None, asked=lambda: False)
    live.draw(stories.nothing_moves())
    watched = live.panel
    final = show(stories.nothing_moves(), display=screen, live=live)
    assert final is watched
    if request_of == "none":
        assert (final, len(screen.shown)) == (None, 1)
    elif request_of == "notebook":
        (placed, first), (still, second) = screen.shown
        assert placed is final
        assert first["display_id"] == second["display_id"] == final.model_id
        assert second["update"] is True
        assert second["metadata"] == outputs.mark(final.model_id)
        assert "text/html" in still
    else:
        assert [options for _, options in screen.shown] == [{}, {"raw": True}]


def test_notebook_run_by_a_program_holds_the_report_and_no_widget():
    import nbclient  # seconds, which no worker but this one spends
    from nbformat.v4 import new_code_cell, new_notebook

    shown = (
        "from nbdiag.panel.publish import show\n"
        "from tests.render.stories import nothing_moves\n"
        "panel = show(nothing_moves(), display=display)"
    )
    notebook = new_notebook(cells=[new_code_cell(shown), new_code_cell("panel is None")])
    nbclient.execute(notebook, cwd=str(stories.ROOT))
    (still,) = notebook.cells[0].outputs
    assert set(still.data) == {"text/plain", "text/html"}
    assert "widgets" not in notebook.metadata
    assert notebook.cells[1].outputs[0].data["text/plain"] == "True"


def test_a_terminal_is_written_to_in_its_width(monkeypatch):
    monkeypatch.setattr(outputs, "terminal_columns", lambda: 60)
    bundle = outputs.still(stories.nothing_moves())
    assert set(bundle) == {"text/plain"}
    assert bundle["text/plain"].index("Checks:") < bundle["text/plain"].index("nbdiag: ERROR")


def test_a_kernel_is_not_a_terminal():
    assert outputs.terminal_columns() is None
