"""The panel while a training runs, without a front end."""

import pytest
from comm import get_comm_manager
from ipywidgets import HTML

from nbdiag.capture.stop import Stop
from nbdiag.live_verdict import judge_so_far
from nbdiag.panel import layout
from nbdiag.panel.live_panel import LivePanel
from nbdiag.panel.publish import show
from nbdiag.panel.stop_button import TARGET, StopLine
from tests.factory import make_history, make_run
from tests.panel.test_panel import every, markup, with_class
from tests.panel.test_publish import Screen
from tests.render import stories
from tests.render.markup import Markup, poisoned


@pytest.fixture
def screen():
    return Screen()


@pytest.fixture
def stop():
    return Stop()


@pytest.fixture
def live(screen, stop):
    made = LivePanel(display=screen, ask=lambda: stop.ask("user"), asked=stop.is_set)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def quick_picture(monkeypatch):
    monkeypatch.setattr(layout, "picture", lambda report: "data:image/png;base64,AA==")


def so_far(*losses, activation="sigmoid"):
    history = make_history(loss=losses) if losses else make_history()
    return judge_so_far(make_run(activation=activation, epochs=50, history=history))


def image_of(panel):
    found = [
        (name, value)
        for tag, name, value in Markup(markup(panel)).attributes
        if tag == "img" and name in ("src", "alt")
    ]
    return dict(found)


def test_a_failed_cell_has_its_panel_below_the_traceback(live, screen):
    live.draw(so_far())
    watched = live.panel
    screen.shown.append(("the traceback", {}))
    final = show(stories.crashed(), display=screen, live=live)
    assert final is not watched
    assert screen.shown[-1][0] is final
    assert [place for place, (thing, _) in enumerate(screen.shown) if thing is watched] == [0]
    assert watched.comm is None


def test_nothing_is_shown_before_a_fit(live, screen):
    live.step(0, 1, 10)
    live.close()
    assert screen.shown == []
    assert TARGET not in get_comm_manager().targets


def test_the_panel_stands_at_once_and_says_where_the_training_is(live, screen):
    live.draw(so_far())
    assert [thing for thing, _ in screen.shown] == [live.panel]
    text = Markup(markup(live.panel)).text
    assert "Training, epoch 1 of 50" in text
    assert "No fault is certain so far" in text
    assert "nbdiag-tone-running" in live.panel._dom_classes
    assert live.panel._bridge.live == "running"
    assert live.panel.fix_buttons == ()
    assert image_of(live.panel) == {}


def test_curves_move_from_epoch_to_epoch(live):
    live.draw(so_far())
    live.draw(so_far(0.6, 0.5))
    before = image_of(live.panel)
    live.draw(so_far(0.6, 0.5, 0.4))
    after = image_of(live.panel)
    assert before["src"] != after["src"]
    assert "Training curves over 2 epochs" in before["alt"]
    assert "Training curves over 3 epochs" in after["alt"]
    assert "epoch 4 of 50" in Markup(markup(live.panel)).text


def test_batches_are_counted_within_an_epoch(live):
    live.draw(so_far())
    live.step(0, 20, 80)
    text = Markup(markup(live.panel)).text
    assert "batch 20 of 80" in text
    assert ("progress", "value", "0.0050") in Markup(markup(live.panel)).attributes


def test_what_is_certain_is_said_while_it_runs(live):
    live.draw(so_far(activation="softmax"))
    shown = Markup(markup(live.panel))
    assert "NBD103" in shown.text
    assert "certain already" in shown.text
    assert ("div", "class", "nbdiag-finding") in shown.attributes
    assert "nbdiag-tone-error" in live.panel._dom_classes


def test_the_button_asks_to_stop_and_says_so(live, stop):
    live.draw(so_far())
    live.button.click()
    assert (stop.is_set(), stop.by) == (True, "user")
    live.step(0, 5, 10)
    assert live.button.disabled
    assert "Stopping in epoch 1 of 50" in Markup(markup(live.panel)).text
    stop.clear()
    live.draw(so_far())
    assert not live.button.disabled
    assert live.button.description == "Stop training"


def test_the_same_panel_becomes_the_report(live, screen):
    live.draw(so_far())
    live.draw(so_far(0.5))
    before, running = live.panel, live.panel.children
    assert show(stories.nothing_moves(), display=screen, live=live) is before
    panel, still = (thing for thing, _ in screen.shown)
    assert panel is before
    assert set(still) == {"text/plain", "text/html"}
    assert len(panel.fix_buttons) == 2
    assert panel._bridge.live == "ended"
    assert not with_class(panel, "nbdiag-stop")
    assert "nbdiag-tone-running" not in panel._dom_classes
    assert all(item.comm is None for item in running if item is not panel._bridge)
    assert TARGET not in get_comm_manager().targets


def test_a_second_fit_goes_on_in_the_same_panel(live, screen):
    live.draw(so_far())
    live.draw(so_far(0.5))
    live.draw(so_far())
    assert len(screen.shown) == 1
    assert image_of(live.panel) == {}


def test_without_a_fit_the_report_is_shown_as_ever(live, screen):
    panel = show(stories.nothing_moves(), display=screen, live=live)
    assert [thing for thing, _ in screen.shown][1] is panel
    assert panel._bridge.live == ""


def test_a_panel_without_a_report_goes_away(live):
    live.draw(so_far())
    panel = live.panel
    assert len(every(panel)) == 7
    live.close()
    assert all(widget.comm is None for widget in every(panel))
    assert TARGET not in get_comm_manager().targets


@pytest.mark.parametrize(
    "poison", ['<img src=x onerror="alert(1)">', "</p><script>alert(1)</script>"]
)
def test_names_of_the_users_never_become_markup(live, poison):
    report = stories.nothing_moves()
    live.draw(report)
    plain = Markup(markup(live.panel))
    live.draw(poisoned(report, poison))
    spiked = Markup("".join(item.value for item in every(live.panel, HTML)))
    assert set(spiked.tags) == set(plain.tags)
    assert not any(name.startswith("on") for _, name, _ in spiked.attributes)
    assert poison in spiked.text


class Line:
    """A comm of paper."""

    def __init__(self):
        self.said = []

    def send(self, message):
        self.said.append(message["type"])

    def close(self):
        self.said.append("closed")


def test_the_stop_line_hears_its_own_panel_only():
    asked, line = [], Line()
    own = StopLine("mine", lambda: asked.append(True))
    own.open()
    hear = get_comm_manager().targets[TARGET]
    hear(line, {"content": {"data": {"panel": "another"}}})
    hear(line, {"content": {"data": None}})
    hear(line, {"content": {"data": ["mine"]}})
    hear(line, {"content": {}})
    assert (asked, line.said) == ([], [])
    hear(line, {"content": {"data": {"panel": "mine"}}})
    assert (asked, line.said) == ([True], ["heard", "closed"])
    own.close()
    own.close()
    assert TARGET not in get_comm_manager().targets


def test_a_line_that_another_has_taken_over_is_left_to_it():
    first, second = StopLine("a", lambda: None), StopLine("b", lambda: None)
    first.open()
    second.open()
    first.close()
    assert TARGET in get_comm_manager().targets
    second.close()
