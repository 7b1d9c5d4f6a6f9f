"""bridge.js by itself, before notebooks that behave badly: a blank page and a model of paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

import nbdiag.panel

pytestmark = pytest.mark.browser

SCRIPT = Path(nbdiag.panel.__file__).with_name("bridge.js").read_text(encoding="utf-8")
HOST = "http://localhost/nbdiag"  # a secure context, so that there is a clipboard
BODY = """
<div class="jp-Notebook"><div class="jp-Cell" data-windowed-list-index="1">
 <div class="jp-OutputArea-child" id="twin"><div class="nbdiag-report">still</div></div>
 <div class="jp-OutputArea-child" id="live"><div class="nbdiag-panel"><div id="bridge"></div>
  <button class="nbdiag-fix nbdiag-fix-0">first</button>
  <button class="nbdiag-fix nbdiag-fix-1"><b>second</b></button>
  <button class="nbdiag-stop" id="stop">stop</button>
  <button class="nbdiag-fix nbdiag-fix-1" id="off" disabled>off</button>
  <button class="nbdiag-apply nbdiag-apply-2">ticked</button></div></div>
 <div class="jp-OutputArea-child" id="other"><div class="nbdiag-panel">
  <button class="nbdiag-fix nbdiag-fix-0" id="stranger">another panel's</button></div></div>
</div></div>"""
SET_UP = """async ([script, body]) => {
  document.body.innerHTML = body;
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  window.bridge = (await import(address)).default;
  window.sent = [];
  window.changed = [];
  window.heard = {};
  window.cellOf = (source, id, outputs = []) => ({
    cell_type: "code", id, getSource: () => source, toJSON: () => ({ outputs }),
  });
  const mime = "application/vnd.jupyter.widget-view+json";
  window.viewOf = (id) => [{ data: { [mime]: { model_id: id } } }];
  window.start = (shared, state = {}) => {
    const known = { fixes: [{ source: "one" }, { source: "two" }, { source: "both" }], panel_id: "p", cell_id: "" };
    const model = {
      get: (key) => ({ ...known, ...state })[key],
      send: (message) => window.sent.push(message),
      on: (event, hear) => {
        (window.heard[event] ??= []).push(hear);
        if (event === "change:live") window.changed.push(hear);
      },
      widget_manager: shared && {
        context: {
          model: { sharedModel: shared },
          sessionContext: { session: { kernel: window.kernel } },
        },
      },
    };
    window.bridge.initialize({ model });
    window.stop = window.bridge.render({ model, el: document.getElementById("bridge") });
  };
  window.honest = (...cells) => ({
    cells,
    insertCell(at, made) {
      this.cells.splice(at, 0, window.cellOf(made.source, `new ${++window.inserted}`));
      this.tell();
    },
    remove(at) { this.cells.splice(at, 1); this.tell(); },
    tell() { window.watchers.forEach((hear) => hear()); },
    changed: { connect: (hear) => window.watchers.push(hear), disconnect: () => {} },
  });
  window.inserted = 0;
  window.watchers = [];
}"""
NOTEBOOK = "honest(cellOf('a', 'x'), cellOf('b', 'y'), cellOf('c', 'z'))"
SOURCES = "() => shared.cells.map(cell => cell.getSource())"


@pytest.fixture
def blank(page: Page) -> Page:
    """A page with the module loaded and nothing rendered."""
    page.route(HOST, lambda route: route.fulfill(body="<body></body>", content_type="text/html"))
    page.goto(HOST)
    page.evaluate(SET_UP, [SCRIPT, BODY])
    return page


def answers(page: Page, number: int) -> list[dict]:
    page.wait_for_function("number => sent.length >= number", arg=number, timeout=10_000)
    return page.evaluate("sent")


def begin(page: Page, shared: str, state: str = "{}") -> None:
    page.evaluate(f"() => {{ window.shared = {shared}; start(window.shared, {state}); }}")


def test_honest_notebook_gets_the_cell_below_its_host(blank):
    begin(blank, NOTEBOOK)
    blank.click(".nbdiag-fix-0")
    caps, inserted = answers(blank, 2)
    assert caps == {"type": "caps", "insert": True, "how": "sharedModel"}
    assert inserted == {"type": "inserted", "fix": 0, "ok": True, "why": "", "copied": False}
    assert blank.evaluate(SOURCES) == ["a", "b", "one", "c"]


def test_button_of_the_ticked_fixes_inserts_their_one_cell(blank):
    begin(blank, NOTEBOOK)
    blank.click(".nbdiag-apply")
    assert answers(blank, 2)[1]["fix"] == 2
    assert blank.evaluate(SOURCES) == ["a", "b", "both", "c"]


def test_without_a_notebook_the_text_is_copied(blank):
    begin(blank, "null")
    blank.click(".nbdiag-fix-1 b")
    caps, inserted = answers(blank, 2)
    assert caps == {"type": "caps", "insert": False, "how": "clipboard"}
    assert (inserted["ok"], inserted["copied"]) == (False, True)
    assert "no access" in inserted["why"]
    assert blank.evaluate("navigator.clipboard.readText()") == "two"


def test_without_a_clipboard_the_text_is_copied_the_old_way(blank):
    blank.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
    begin(blank, "null")
    blank.click(".nbdiag-fix-0")
    assert answers(blank, 2)[1]["copied"] is True
    assert blank.evaluate("navigator.clipboard.readText()") == "one"


def test_empty_stand_in_of_a_notebook_is_not_written_to(blank):
    begin(blank, "{ cells: [], calls: 0, insertCell() { this.calls += 1; } }")
    blank.click(".nbdiag-fix-0")
    caps, inserted = answers(blank, 2)
    assert caps["insert"] is False
    assert (inserted["ok"], inserted["copied"]) == (False, True)
    assert "was not found" in inserted["why"]
    assert blank.evaluate("shared.calls") == 0


def test_notebook_that_takes_nothing_is_found_out(blank):
    begin(blank, f"Object.assign({NOTEBOOK}, {{ insertCell() {{}} }})")
    blank.click(".nbdiag-fix-0")
    inserted = answers(blank, 2)[1]
    assert (inserted["ok"], inserted["copied"]) == (False, True)
    assert "did not take" in inserted["why"]


def test_notebook_that_refuses_is_quoted(blank):
    begin(
        blank, f"Object.assign({NOTEBOOK}, {{ insertCell() {{ throw new Error('read-only'); }} }})"
    )
    blank.click(".nbdiag-fix-0")
    assert answers(blank, 2)[1]["why"] == "the notebook refused the cell: read-only"


@pytest.mark.parametrize(
    ("state", "cells"),
    [
        ("{ cell_id: 'z' }", "cellOf('a', 'x'), cellOf('b', 'z'), cellOf('c', 'y')"),
        ("{ panel_id: 'p' }", "cellOf('a', 'x'), cellOf('b', 'y', viewOf('p')), cellOf('c', 'z')"),
    ],
    ids=["by the identity of the cell", "by the output that shows the panel"],
)
def test_host_is_found_where_the_page_does_not_tell(blank, state, cells):
    blank.evaluate("document.querySelector('.jp-Cell').className = 'elsewhere'")
    begin(blank, f"honest({cells})", state)
    blank.click(".nbdiag-fix-0")
    assert answers(blank, 2)[1]["ok"] is True
    assert blank.evaluate(SOURCES) == ["a", "b", "one", "c"]


@pytest.mark.parametrize("button", ["#off", "#stranger"])
def test_buttons_that_are_disabled_or_of_another_panel_do_nothing(blank, button):
    begin(blank, NOTEBOOK)
    answers(blank, 1)
    blank.evaluate("button => document.querySelector(button).click()", button)
    blank.wait_for_timeout(200)
    assert len(answers(blank, 1)) == 1
    assert blank.evaluate(SOURCES) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "message",
    [
        "{ type: 'insert', fix: 0 }",
        "{ type: 'insert' }",
        "null",
        "'insert'",
        "{ type: {}, fix: [] }",
    ],
)
def test_no_message_of_a_kernel_inserts_or_throws(blank, message):
    begin(blank, NOTEBOOK)
    answers(blank, 1)
    blank.evaluate(f"(heard['msg:custom'] ?? []).forEach(hear => hear({message}))")
    blank.click(".nbdiag-fix-0")
    blank.evaluate(f"(heard['msg:custom'] ?? []).forEach(hear => hear({message}))")
    blank.wait_for_timeout(200)
    assert blank.evaluate(SOURCES) == ["a", "b", "one", "c"]


@pytest.mark.parametrize(
    "script",
    [
        "document.querySelector('.nbdiag-fix-0').click()",
        "document.querySelector('.nbdiag-fix-0').dispatchEvent(new MouseEvent('click', { bubbles: true }))",
    ],
)
def test_click_of_a_script_inserts_nothing_and_goes_on_to_python(blank, script):
    begin(blank, NOTEBOOK)
    answers(blank, 1)
    reach = "document.querySelector('.nbdiag-fix-0').addEventListener('click', () => { window.reached = true; })"
    blank.evaluate(f"() => {{ {reach}; {script}; }}")
    assert blank.evaluate("reached") is True
    blank.click(".nbdiag-fix-1 b")
    assert answers(blank, 2)[1]["fix"] == 1
    assert blank.evaluate(SOURCES) == ["a", "b", "two", "c"]


def test_click_of_the_user_does_not_go_on_to_python(blank):
    begin(blank, NOTEBOOK)
    reach = "document.querySelector('.nbdiag-fix-0').addEventListener('click', () => { window.reached = true; })"
    blank.evaluate(f"() => {{ {reach}; }}")
    blank.click(".nbdiag-fix-0")
    answers(blank, 2)
    assert blank.evaluate("window.reached === undefined")


def test_one_act_of_the_user_inserts_one_cell(blank):
    begin(blank, NOTEBOOK)
    blank.dblclick(".nbdiag-fix-0")
    assert blank.evaluate(SOURCES) == ["a", "b", "one", "c"]
    blank.focus(".nbdiag-fix-1")
    blank.keyboard.down("Enter")
    blank.keyboard.down("Enter")  # held, it repeats
    blank.keyboard.down("Enter")
    blank.keyboard.up("Enter")
    assert blank.evaluate(SOURCES) == ["a", "b", "two", "one", "c"]
    blank.keyboard.press("Enter")
    assert len(blank.evaluate(SOURCES)) == 6


@pytest.mark.parametrize("fixes", ["null", "[]", "'one'", "[null]", "[{ source: 7 }]", "{}"])
def test_button_without_a_cell_is_answered_in_a_sentence(blank, fixes):
    begin(blank, NOTEBOOK, f"{{ fixes: {fixes} }}")
    blank.click(".nbdiag-fix-0")
    inserted = answers(blank, 2)[1]
    assert inserted == {
        "type": "inserted",
        "fix": 0,
        "ok": False,
        "why": "the page has no cell for this button",
        "copied": False,
    }
    assert blank.evaluate(SOURCES) == ["a", "b", "c"]


def test_kernel_hears_when_the_new_cell_is_taken_away(blank):
    begin(blank, NOTEBOOK)
    blank.click(".nbdiag-fix-0")
    blank.click(".nbdiag-fix-1")
    assert blank.evaluate(SOURCES) == ["a", "b", "two", "one", "c"]
    blank.evaluate("shared.remove(0)")
    assert len(answers(blank, 3)) == 3
    blank.evaluate("shared.remove(2)")
    assert answers(blank, 4)[3] == {"type": "gone", "fix": 0}
    blank.evaluate("shared.remove(1)")
    assert answers(blank, 5)[4] == {"type": "gone", "fix": 1}


def test_kernel_that_is_gone_is_not_missed(blank):
    problems = []
    blank.on("pageerror", lambda error: problems.append(str(error)))
    begin(blank, NOTEBOOK)
    answers(blank, 1)
    blank.evaluate("() => { sent.push = () => { throw new Error('Cannot send'); }; }")
    blank.click(".nbdiag-fix-0")
    blank.wait_for_timeout(200)
    assert blank.evaluate(SOURCES) == ["a", "b", "one", "c"]
    assert problems == []


def test_twin_is_hidden_while_the_view_lives(blank):
    begin(blank, NOTEBOOK)
    answers(blank, 1)
    assert not blank.locator("#twin").is_visible()
    blank.evaluate("stop()")
    assert blank.locator("#twin").is_visible()
    blank.click(".nbdiag-fix-0")
    assert blank.evaluate(SOURCES) == ["a", "b", "c"]


KERNEL = """({subshells, hears}) => {
  window.done = [];
  window.kernel = {
    supportsSubshells: subshells,
    interrupt: async () => { window.done.push("interrupted"); },
    createComm: (target) => {
      const line = { subshellId: "own", subshellStarted: Promise.resolve(), isDisposed: false };
      line.open = (data) => {
        window.done.push(`${target} ${data.panel}`);
        if (hears) setTimeout(() => line.onMsg({}), 20);
      };
      line.dispose = () => { line.isDisposed = true; window.done.push("hung up"); };
      return line;
    },
  };
}"""


@pytest.mark.parametrize(
    ("subshells", "hears", "done"),
    [
        (True, True, ["nbdiag.stop p"]),
        (True, False, ["nbdiag.stop p", "hung up", "interrupted"]),
        (False, False, ["interrupted"]),
    ],
)
def test_stop_is_said_on_the_line_and_else_interrupts(blank, subshells, hears, done):
    blank.evaluate(KERNEL, {"subshells": subshells, "hears": hears})
    blank.evaluate(f"start({NOTEBOOK}, {{ live: 'running' }})")
    blank.wait_for_selector("#live .nbdiag-panel.nbdiag-stops")
    blank.click("#stop")
    blank.wait_for_function("wanted => window.done.length >= wanted", arg=len(done))
    blank.wait_for_timeout(50)
    assert blank.evaluate("done") == done


def test_the_line_is_hung_up_when_the_training_has_ended(blank):
    blank.evaluate(KERNEL, {"subshells": True, "hears": True})
    blank.evaluate(f"window.state = {{ live: 'running' }}; start({NOTEBOOK}, window.state)")
    blank.evaluate("Object.assign(state, { live: 'ended' }); changed.forEach(hear => hear())")
    blank.wait_for_function("done.includes('hung up')")


def test_no_button_where_the_kernel_is_out_of_reach(blank):
    blank.evaluate("start(null, { live: 'running' })")
    blank.wait_for_function("sent.length === 1")
    assert blank.locator(".nbdiag-stops").count() == 0


def test_the_twin_of_a_live_panel_comes_later_and_below(blank):
    blank.evaluate(f"window.state = {{ live: 'running' }}; start({NOTEBOOK}, window.state)")
    blank.wait_for_function("sent.length === 1")
    assert blank.locator("#twin").is_visible()  # a report above is another's
    blank.evaluate("Object.assign(state, { live: 'ended' }); changed.forEach(hear => hear())")
    blank.evaluate(
        """() => {
          const late = document.createElement("div");
          late.className = "jp-OutputArea-child";
          late.innerHTML = '<div class="nbdiag-report" id="late">still</div>';
          document.getElementById("live").after(late);
        }"""
    )
    blank.wait_for_selector("#late", state="hidden")
    assert blank.locator("#twin").is_visible()
