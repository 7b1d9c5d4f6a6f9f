from dataclasses import replace

import pytest
from ipywidgets import HTML, Button, Checkbox, VBox, Widget

from nbdiag.combined_cell import joined
from nbdiag.diagnosis import diagnose
from nbdiag.panel import Panel, layout
from nbdiag.panel.bridge import Abilities, Outcome, read
from nbdiag.panel.panel import PLAIN
from nbdiag.schema.run import TrainingRun
from tests.render import stories
from tests.render.markup import Markup, poisoned


def every(widget, kind=Widget):
    """All widgets below this one, itself included, in reading order."""
    found = [widget] if isinstance(widget, kind) else []
    for child in getattr(widget, "children", ()):
        found += every(child, kind)
    return found


def with_class(panel, name):
    return [widget for widget in every(panel) if name in getattr(widget, "_dom_classes", ())]


def markup(panel):
    return "".join(widget.value for widget in every(panel, HTML))


def hear(panel, **message):
    panel._bridge._handle_custom_msg(message, [])


@pytest.fixture(autouse=True)
def quick_picture(monkeypatch, request):
    """Do not draw, but for the test that looks at the picture."""
    if "curves" not in request.node.name:
        monkeypatch.setattr(layout, "picture", lambda report: "data:image/png;base64,AA==")


@pytest.fixture
def sent(monkeypatch):
    """What the panel sends to the front end."""
    from nbdiag.panel.bridge import Bridge

    messages = []
    monkeypatch.setattr(
        Bridge, "send", lambda self, content, buffers=None: messages.append(content)
    )
    return messages


def test_root_is_a_vbox_with_its_class():
    panel = Panel(stories.nothing_moves())
    assert isinstance(panel, VBox)
    assert {"nbdiag-panel", "nbdiag-tone-error"} <= set(panel._dom_classes)


@pytest.mark.parametrize("story", stories.STORIES.values(), ids=list(stories.STORIES))
def test_one_finding_element_per_finding_and_none_inside_another(story):
    report = story()
    shown = with_class(Panel(report), "nbdiag-finding")
    codes = [Markup(every(element, HTML)[0].value).text.split()[0][:6] for element in shown]
    assert sorted(codes) == sorted(item.code for item in report.findings)
    assert not any(with_class(child, "nbdiag-finding") for item in shown for child in item.children)


def test_symptoms_stand_under_their_cause_before_the_next_cause():
    shown = with_class(Panel(stories.wrong_loss()), "nbdiag-finding")
    codes = [Markup(every(element, HTML)[0].value).text.split()[0][:6] for element in shown]
    assert codes == ["NBD102", "NBD601", "NBD402", "NBD304", "NBD202"]


def test_fix_buttons_are_real_buttons_with_their_class():
    panel = Panel(stories.nothing_moves())
    assert [type(button) for button in panel.fix_buttons] == [Button, Button]
    assert with_class(panel, "nbdiag-fix") == list(panel.fix_buttons)
    assert panel.fix_buttons[0].description == 'Give the last layer activation="sigmoid"'
    assert [item["source"] for item in panel._bridge.fixes] == [
        stories.SIGMOID_CELL,
        stories.LOGITS_CELL,
    ]


def test_button_and_source_keep_the_same_number_past_a_fix_that_is_only_shown():
    panel = Panel(stories.wrong_loss(), [stories.nothing_moves()])
    assert len(panel.fix_buttons) == 3
    for place, button in enumerate(panel.fix_buttons):
        assert f"nbdiag-fix-{place}" in button._dom_classes
    assert panel._bridge.fixes[1]["source"] == stories.SIGMOID_CELL


def test_fix_that_is_only_shown_has_no_button_but_its_title():
    panel = Panel(stories.wrong_loss())
    assert len(panel.fix_buttons) == 1
    assert "Add a Rescaling(1/255) layer first" in markup(panel)


def test_curves_have_class_and_words():
    image = [
        (name, value)
        for tag, name, value in Markup(markup(Panel(stories.nothing_moves()))).attributes
        if tag == "img"
    ]
    assert ("class", "nbdiag-curves") in image
    assert any(
        name == "src" and value.startswith("data:image/png;base64,iVBOR") for name, value in image
    )
    assert any(name == "alt" and "training stays at 7.74" in value for name, value in image)


def test_layers_are_shown_one_by_one():
    shown = markup(Panel(recorded("nbd601_faulty_deep_sigmoid")))
    assert "layer by layer" in shown
    assert "██████ 0.44" in shown


def test_crash_shows_no_curves():
    assert "nbdiag-curves" not in markup(Panel(stories.crashed()))


def test_healthy_run_is_calm():
    panel = Panel(stories.repaired())
    assert "nbdiag-tone-calm" in panel._dom_classes
    assert "Sound: validation accuracy 0.89, best in the last epoch;" in markup(panel)
    assert "7 passed, 1 skipped" in markup(panel)
    assert panel.fix_buttons == ()


def test_why_is_the_page_of_the_rule():
    from nbdiag.rules import all_rules

    report = stories.nothing_moves()
    page = next(rule for rule in all_rules() if rule.code == "NBD101").page()
    text = Markup(markup(Panel(report))).text
    assert page.partition("\n")[0] in text
    assert "Why it hurts" in text


def test_diff_is_shown_with_its_fix():
    shown = markup(Panel(stories.nothing_moves()))
    assert '<span class="nbdiag-removed">-    layers.Dense(1' in shown
    assert "<strong>, activation=&#34;sigmoid&#34;</strong>" in shown


def test_click_without_a_front_end_records_the_request_and_names_the_command(sent):
    panel = Panel(stories.nothing_moves())
    heard = []
    panel.on_fix(lambda finding, fix: heard.append((finding.code, fix.title)))
    panel.fix_buttons[1].click()
    assert [fix.source for fix in panel.requests] == [stories.LOGITS_CELL]
    assert heard == [("NBD101", panel.requests[0].title)]
    text = Markup(markup(panel)).text
    assert "Run %traindiag fix NBD101 2 in a cell" in text
    assert stories.LOGITS_CELL in text
    assert sent == []


def test_click_of_python_never_asks_a_front_end_to_insert(sent):
    panel = Panel(stories.nothing_moves())
    hear(panel, type="caps", insert=True, how="sharedModel")
    assert panel.abilities == Abilities(insert=True, how="sharedModel")
    panel.fix_buttons[1].click()
    panel.fix_buttons[1].click()
    assert sent == []
    assert [fix.source for fix in panel.requests] == [stories.LOGITS_CELL] * 2
    text = Markup(markup(panel)).text
    assert text.count("Only a click on the button itself adds the cell.") == 1
    assert "Run %traindiag fix NBD101 2 in a cell" in text
    assert stories.LOGITS_CELL in text


def test_click_of_the_user_is_noted_once_and_its_answer_goes_with_the_cell():
    panel = Panel(stories.nothing_moves())
    heard = []
    panel.on_fix(lambda finding, fix: heard.append((finding.code, fix)))
    hear(panel, type="inserted", fix=1, ok=True, why="", copied=False)
    assert [fix.source for fix in panel.requests] == [stories.LOGITS_CELL]
    assert heard == [("NBD101", panel.requests[0])]
    assert "New cell added below, not run yet." in markup(panel)
    hear(panel, type="gone", fix=0)
    assert "New cell added below, not run yet." in markup(panel)
    hear(panel, type="gone", fix=1)
    assert "New cell added below, not run yet." not in markup(panel)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"ok": True, "why": "", "copied": False}, "New cell added below, not run yet."),
        (
            {"ok": False, "why": "it <b>refused</b>", "copied": True},
            "on your clipboard, because it <b>refused</b>: paste it below, or run %traindiag fix NBD101",
        ),
        (
            {"ok": False, "why": "it refused", "copied": False},
            "could not be inserted, because it refused. Run %traindiag fix NBD101",
        ),
        ({"ok": False}, "because the front end gave no reason"),
    ],
)
def test_answer_of_the_front_end_is_told(message, words):
    panel = Panel(stories.nothing_moves())
    hear(panel, type="inserted", fix=0, **message)
    assert words in Markup(markup(panel)).text


@pytest.mark.parametrize(
    "message",
    [
        None,
        "caps",
        [],
        {},
        {"type": "x"},
        {"type": ["caps"]},
        {"type": {}},
        {"type": "caps"},
        {"type": "caps", "insert": "yes"},
        {"type": "caps", "insert": True, "how": 1},
        {"type": "inserted"},
        {"type": "inserted", "fix": "0", "ok": True},
        {"type": "inserted", "fix": True, "ok": True},
        {"type": "inserted", "fix": 0.0, "ok": True},
        {"type": "inserted", "fix": 0, "ok": 1},
        {"type": "inserted", "fix": 0, "ok": True, "why": None},
        {"type": "inserted", "fix": 0, "ok": True, "copied": "no"},
        {"type": "gone", "fix": None},
    ],
)
def test_other_messages_are_let_pass(message):
    assert read(message) is None
    panel = Panel(stories.nothing_moves())
    before = markup(panel)
    panel._hear(message)
    assert (panel.requests, panel.abilities, markup(panel)) == ([], None, before)


def test_answer_about_a_button_that_is_gone_is_let_pass():
    panel = Panel(stories.nothing_moves())
    before = markup(panel)
    hear(panel, type="inserted", fix=7, ok=True)
    hear(panel, type="inserted", fix=-1, ok=True)
    hear(panel, type="gone", fix=7)
    assert panel.requests == []
    assert markup(panel) == before


def test_answer_is_read():
    message = {"type": "inserted", "fix": 1, "ok": False, "why": "no", "copied": True}
    assert read(message) == Outcome(1, ok=False, why="no", copied=True)


def test_plain_text_is_the_same_for_every_panel():
    one, other = (Panel(story())._repr_mimebundle_() for story in (stories.huge, stories.crashed))
    assert one["text/plain"] == other["text/plain"] == PLAIN
    assert repr(Panel(stories.huge())) == "<nbdiag panel>"


def test_other_fits_are_folded_and_have_buttons():
    panel = Panel(stories.repaired(), [stories.nothing_moves()] * 12)
    (fold,) = [child for child in panel.children if hasattr(child, "titles")]
    assert len(fold.children) == 8
    assert fold.selected_index is None
    assert fold.titles[0].startswith("Fit 1 of 1: NBD101 Your loss")
    assert len(panel.fix_buttons) == 16


def test_update_shows_another_report_and_closes_the_old_widgets():
    panel = Panel(stories.nothing_moves())
    old = every(panel)[2:]
    bridge = panel._bridge
    panel.update(stories.wrong_loss())
    assert [type(widget.comm) for widget in old if widget.comm is not None] == []
    assert panel._bridge is bridge is panel.children[0]
    assert bridge.comm is not None
    assert "squared error on probabilities" in markup(panel)
    panel.update(stories.repaired())
    assert "nbdiag-tone-error" not in panel._dom_classes
    assert bridge.fixes == []


def recorded(name):
    (path,) = (stories.ROOT / "tests" / "runs").rglob(f"{name}.json")
    return diagnose(TrainingRun.load(path))


def alone(report):
    """Leave out the fix that repairs several faults: here they are ticked one by one."""
    return report.with_findings(
        tuple(
            replace(item, fixes=tuple(fix for fix in item.fixes if not fix.repairs))
            for item in report.findings
        )
    )


@pytest.fixture(scope="module")
def several():
    """NBD102 with one fix, NBD201 with two of which one holds the other, NBD401 with one."""
    return alone(recorded("nbd302_faulty_squared_error"))


def test_a_fix_for_several_faults_leads_and_has_no_box_to_tick():
    report = recorded("nbd302_faulty_squared_error")
    panel = Panel(report)
    assert report.principal.fixes[0].repairs == ("NBD102", "NBD201")
    assert panel.fix_buttons[0].description.startswith("Repair together: Use binary cross-entropy")
    assert panel.fix_buttons[0].button_style == "primary"
    assert len(ticks(panel)) == len(panel.fix_buttons) - 1
    panel.fix_buttons[0].click()
    assert panel.requests == [report.principal.fixes[0]]


def ticks(panel):
    return [box for box in every(panel, Checkbox) if "nbdiag-tick" in box._dom_classes]


def test_fixes_that_go_with_no_other_have_no_box_to_tick():
    panel = Panel(stories.nothing_moves())
    assert ticks(panel) == []
    assert panel.apply_buttons == ()


def test_ticked_fixes_become_one_cell(several, sent):
    panel = Panel(several)
    assert len(ticks(panel)) == len(panel.fix_buttons) == 4
    (apply,) = panel.apply_buttons
    assert (apply.disabled, apply.description) == (True, "Apply ticked fixes")
    assert panel._choices[0].widget.layout.display == "none"

    ticks(panel)[0].value = True
    assert (apply.disabled, apply.description) == (False, "Apply 1 ticked fix")
    assert panel._choices[0].widget.layout.display == ""
    ticks(panel)[3].value = True
    assert (apply.disabled, apply.description) == (False, "Apply 2 ticked fixes")
    first, last = several.findings[0], several.find("NBD401")
    whole = joined(several.run, [(first, first.fixes[0]), (last, last.fixes[0])])
    assert [item["source"] for item in panel._bridge.fixes][-1] == whole.source
    assert "nbdiag-apply-4" in apply._dom_classes
    for line in [line for line in whole.diff.splitlines()[3:] if line[:1] in ("+", "-")]:
        assert line in Markup(panel._choices[0]._shown.value).text
    assert '<details class="nbdiag-diff" open>' in panel._choices[0]._shown.value

    heard = []
    panel.on_fix(lambda finding, fix: heard.append((finding.code, fix)))
    apply.click()
    assert panel.requests == [whole]
    assert heard == [("NBD102", whole)]
    assert "Run %traindiag fix NBD102 NBD401 in a cell" in Markup(markup(panel)).text
    assert sent == []
    hear(panel, type="inserted", fix=4, ok=True, why="", copied=False)
    assert panel.requests == [whole, whole]
    assert "New cell added below, not run yet." in Markup(markup(panel)).text

    ticks(panel)[0].value = False
    assert "New cell added below" not in Markup(markup(panel)).text
    assert panel._bridge.fixes[-1]["source"] == last.fixes[0].source
    ticks(panel)[3].value = False
    assert apply.disabled
    assert panel._bridge.fixes[-1]["source"] == ""


def test_contradicting_fixes_are_refused_in_a_sentence_until_one_is_unticked(sent):
    report = alone(recorded("nbd401_faulty_raw_pixels"))
    panel = Panel(report)
    (apply,) = panel.apply_buttons
    scaled, standardized = report.find("NBD401").fixes
    boxes = dict(zip([id(offer.fix) for offer in panel._offers], ticks(panel), strict=True))
    boxes[id(scaled)].value = boxes[id(standardized)].value = True
    assert apply.disabled
    said = Markup(panel._choices[0]._shown.value).text
    assert f"“{scaled.title}” and “{standardized.title}” contradict each other" in said
    assert panel._bridge.fixes[-1]["source"] == ""
    apply.click()
    assert panel.requests == sent == []
    boxes[id(scaled)].value = False
    assert not apply.disabled


def test_every_report_of_a_cell_has_its_own_choice(several):
    panel = Panel(several, [several])
    assert len(panel.fix_buttons) == 8
    places = [
        f"nbdiag-apply-{place}" in button._dom_classes
        for place, button in enumerate(panel.apply_buttons, 8)
    ]
    assert places == [True, True]
    ticks(panel)[7].value = True
    assert [bool(item["source"]) for item in panel._bridge.fixes[8:]] == [False, True]


POISON = [
    '<img src=x onerror="alert(1)">',
    "</pre></details><script>alert(1)</script>",
    '" onclick="alert(1)',
    "``<b>``",
]


@pytest.mark.parametrize("poison", POISON)
def test_text_of_the_users_never_becomes_markup(poison):
    plain = Markup(markup(Panel(stories.wrong_loss())))
    panel = Panel(poisoned(stories.wrong_loss(), poison), [poisoned(stories.unexplained(), poison)])
    spiked = Markup(markup(panel))
    assert set(spiked.tags) <= set(plain.tags) | {"span"}
    assert not any(name.startswith("on") for _, name, _ in spiked.attributes)
    assert spiked.text.count(poison) >= 10
