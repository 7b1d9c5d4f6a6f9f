from dataclasses import replace

from nbdiag.panel import Panel, layout
from nbdiag.render import html
from nbdiag.render.summary.fits_table import fit_rows
from tests.render import stories
from tests.render.markup import Markup


def numbered(report, number):
    history = replace(report.run.history, seconds=(30.0, 30.0))
    return replace(report, run=replace(report.run, fit_number=number, fits=3, history=history))


def fits():
    worst = numbered(stories.nothing_moves(), 2)
    return worst, [numbered(stories.crashed(), 3), numbered(stories.repaired(), 1)]


def test_fits_are_in_their_order_each_with_its_verdict_and_its_numbers():
    first, second, third = fit_rows(*fits())
    assert [row.fit for row in (first, second, third)] == [1, 2, 3]
    assert first.verdict == "no fault found"
    assert (first.metric, first.last, first.best) == (
        "validation accuracy",
        "0.89",
        "0.89 (4)",
    )
    assert second.verdict == "NBD101 cross entropy without probabilities"
    assert (second.opened, first.opened) == (True, False)
    assert (third.verdict, third.metric, third.last) == ("failed", "", "")
    assert first.time == "60 seconds"


def test_a_single_fit_needs_no_table():
    assert fit_rows(stories.repaired(), ()) == ()


def test_the_table_comes_first_and_only_the_panel_has_times(monkeypatch):
    monkeypatch.setattr(layout, "picture", lambda _: None)
    leading, others = fits()
    table = Panel(leading, others).children[1].value
    assert "60 seconds" in table
    assert "shown here" in table
    still = Markup(html.write(leading, others)).text
    assert still.index("0.89 (4)") < still.index("expects probabilities")
    assert "60 seconds" not in still
