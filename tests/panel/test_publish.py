import gc
import subprocess
import sys

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
