// Puts the cell of a clicked fix below the cell that shows the panel.
//
// A click is handled here at once, with the text that the kernel has sent before, so that it works
// while the kernel is busy too. Nothing but the user's own click or key on a button of this view
// inserts a cell: no message of a kernel does, nor a script of the page. The kernel is sent
// {type: "inserted", fix, ok, why, copied}, and {type: "gone", fix} when that cell is taken away.
// While a training runs, the panel has a Stop button, and its click must reach that busy kernel.

const ATTACH_TRIES = 100;
const ATTACH_PAUSE = 50; // ms; five seconds in all, then the view is taken to be never shown

const STOP = "nbdiag.stop";
const STOP_HEARD = 900; // ms; a kernel that hears on a thread of its own answers in a tenth of that
const LINE_READY = 3000; // ms

const pause = (time) => new Promise((resume) => setTimeout(resume, time));

/** The open notebook. The only place that touches anywidget's widget_manager. */
function contextOf(model) {
  return model.widget_manager?.context ?? null;
}

/** The notebook as a shared model. */
function notebookOf(model) {
  const shared = contextOf(model)?.model?.sharedModel;
  const usable = Array.isArray(shared?.cells) && typeof shared.insertCell === "function";
  return usable ? shared : null;
}

/** Place of the cell that shows this view, -1 when it cannot be found for certain. */
function hostOf(shared, model, el) {
  const cell = el.closest(".jp-Notebook .jp-Cell");
  const shown = Number.parseInt(cell?.dataset.windowedListIndex ?? "", 10);
  if (shared.cells[shown]?.cell_type === "code") return shown;
  const id = model.get("cell_id");
  const byId = id ? shared.cells.findIndex((one) => one.id === id) : -1;
  if (byId >= 0) return byId;
  return shared.cells.findIndex((one) => shows(one, model.get("panel_id")));
}

function shows(cell, panel) {
  const outputs = cell.toJSON?.().outputs ?? [];
  const view = "application/vnd.jupyter.widget-view+json";
  return Boolean(panel) && outputs.some((output) => output.data?.[view]?.model_id === panel);
}

/** Insert below the host, and look whether it is really there. */
function insert(model, el, source) {
  const shared = notebookOf(model);
  if (!source) return { ok: false, why: "the page has no cell for this button" };
  if (!shared) return { ok: false, why: "this front end gives no access to its cells" };
  const host = hostOf(shared, model, el);
  if (host < 0) return { ok: false, why: "the cell of this panel was not found in the notebook" };
  const before = shared.cells.length;
  try {
    shared.insertCell(host + 1, { cell_type: "code", source, metadata: {} });
  } catch (problem) {
    return { ok: false, why: `the notebook refused the cell: ${problem.message ?? problem}` };
  }
  const made = shared.cells[host + 1];
  if (shared.cells.length !== before + 1 || made?.getSource?.() !== source)
    return { ok: false, why: "the notebook did not take the cell" };
  reveal(el, host + 1);
  return { ok: true, why: "", id: made.id };
}

/** Select the new cell, as a click beside it would, and scroll it into view. Nothing is run. */
function reveal(el, place) {
  const notebook = el.closest(".jp-Notebook");
  setTimeout(() => {
    const cell = notebook?.querySelector(`.jp-Cell[data-windowed-list-index="${place}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, 100);
}

/** Copy while the click still counts as the user's own act. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text); // no clipboard on plain http, or it was refused
  }
}

function copyTheOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

/** Text of a button's cell, "" when there is none. */
function sourceOf(model, fix) {
  const fixes = model.get("fixes");
  const source = Array.isArray(fixes) ? fixes[fix]?.source : "";
  return typeof source === "string" ? source : "";
}

async function put(model, el, fix) {
  const source = sourceOf(model, fix);
  const { id, ...outcome } = insert(model, el, source);
  if (outcome.ok) stateOf(model).made.set(fix, id);
  const copied = !outcome.ok && source !== "" && (await copy(source));
  tell(model, { type: "inserted", fix, ...outcome, copied });
}

/** Say that inserted cells are no longer there: undone, or deleted. */
function missCells(model) {
  const { made } = stateOf(model);
  const cells = notebookOf(model)?.cells ?? [];
  for (const [fix, id] of made) {
    if (cells.some((cell) => cell.id === id)) continue;
    made.delete(fix);
    tell(model, { type: "gone", fix });
  }
}

/** Send to the kernel, which may be gone. */
function tell(model, message) {
  try {
    model.send(message);
  } catch {
    // Without a kernel there is nobody to hear it, and nothing for the user to do about it.
  }
}

/** The button of this panel that was hit, null for anything else. */
function buttonIn(el, target) {
  const panel = el.closest(".nbdiag-panel");
  const button = target.closest?.("button.nbdiag-fix, button.nbdiag-apply, button.nbdiag-stop");
  return button && panel?.contains(button) && !button.disabled ? button : null;
}

/** Number of a fix button, -1 for another. */
function numberOf(button) {
  const marks = [...button.classList].map((name) => /^nbdiag-(?:fix|apply)-(\d+)$/.exec(name));
  const mark = marks.find((found) => found !== null);
  return mark ? Number.parseInt(mark[1], 10) : -1;
}

/** The static report that stands beside the panel in the same cell: the panel says the same. */
function twinsOf(model, el) {
  const output = el.closest(".jp-OutputArea-child");
  if (model.get("live")) return twinBelow(output);
  const beside = [output?.previousElementSibling, output?.nextElementSibling];
  return beside.filter((one) => one?.querySelector(".nbdiag-report"));
}

/** A panel that was shown before the training has its twin below what the training printed. */
function twinBelow(output) {
  let below = output?.nextElementSibling;
  while (below && !below.querySelector(".nbdiag-panel")) {
    if (below.querySelector(".nbdiag-report")) return [below];
    below = below.nextElementSibling;
  }
  return [];
}

async function attached(el, signal) {
  for (let tries = 0; tries < ATTACH_TRIES && !signal.aborted; tries += 1) {
    if (el.isConnected) return true;
    await pause(ATTACH_PAUSE);
  }
  return false;
}

/** Hide the twin while this view lives; after a training it may still be on its way. */
async function hideTwins(model, el, signal) {
  for (let tries = 0; tries < ATTACH_TRIES && !signal.aborted; tries += 1) {
    const twins = twinsOf(model, el);
    for (const twin of twins) {
      twin.style.display = "none";
      signal.addEventListener("abort", () => {
        twin.style.display = "";
      });
    }
    if (twins.length || model.get("live") !== "ended") return;
    await pause(ATTACH_PAUSE);
  }
}

/** Hide the twin while this view lives, and say what this front end can do. */
async function settle(model, el, signal) {
  if (!(await attached(el, signal))) return;
  hideTwins(model, el, signal);
  if (kernelOf(model)) el.closest(".nbdiag-panel")?.classList.add("nbdiag-stops");
  const shared = notebookOf(model);
  const able = shared !== null && hostOf(shared, model, el) >= 0;
  tell(model, { type: "caps", insert: able, how: able ? "sharedModel" : "clipboard" });
}

function kernelOf(model) {
  return contextOf(model)?.sessionContext?.session?.kernel ?? null;
}

/**
 * A comm of our own with a thread in the kernel (a subshell), made ready before it is needed; null
 * where the kernel has no such threads. A message to the widget would wait for the cell's end.
 */
async function openLine(model) {
  const kernel = kernelOf(model);
  if (!kernel?.supportsSubshells) return null;
  try {
    const line = kernel.createComm(STOP);
    await Promise.race([line.subshellStarted, pause(LINE_READY)]);
    if (line.subshellId) return line;
    hangUp(line);
    return null;
  } catch {
    return null;
  }
}

/** Say stop on that line; whether it was heard. */
async function sayStop(line, panel) {
  if (!line || line.isDisposed) return false;
  const heard = new Promise((resume) => {
    line.onMsg = () => resume(true);
  });
  try {
    line.open({ panel });
  } catch {
    return false;
  }
  return Promise.race([heard, pause(STOP_HEARD).then(() => false)]);
}

/** End the training: by a word on the line, or as the front end's own button would. */
async function stop(model, button) {
  button.classList.add("nbdiag-asked");
  setTimeout(() => button.classList.remove("nbdiag-asked"), ATTACH_TRIES * ATTACH_PAUSE);
  const state = stateOf(model);
  const line = await state.line;
  state.line = null;
  const heard = await sayStop(line, model.get("panel_id"));
  if (!heard) hangUp(line); // else the kernel has hung up
  if (!heard && model.get("live") === "running") await kernelOf(model)?.interrupt();
  if (model.get("live") === "running") state.line = openLine(model); // for the cell's next fit
}

function hangUp(line) {
  if (line && !line.isDisposed) line.dispose();
}

/** What the views of one panel share, wherever it is shown. */
const panels = new Map();

function stateOf(model) {
  const panel = model.get("panel_id");
  if (!panels.has(panel)) panels.set(panel, { made: new Map(), line: null });
  return panels.get(panel);
}

function initialize({ model }) {
  const state = stateOf(model);
  const settleLine = async () => {
    const running = model.get("live") === "running";
    if (running && !state.line) state.line = openLine(model);
    if (running || !state.line) return;
    hangUp(await state.line);
    state.line = null;
  };
  model.on("change:live", settleLine);
  settleLine();
  const changes = notebookOf(model)?.changed;
  const miss = () => missCells(model);
  changes?.connect(miss);
  return () => {
    changes?.disconnect(miss);
    panels.delete(model.get("panel_id"));
    state.line?.then(hangUp);
  };
}

function render({ model, el }) {
  const gone = new AbortController();
  el.classList.add("nbdiag-bridge");
  const clicked = (event) => {
    const button = buttonIn(el, event.target);
    if (!button) return;
    const fix = numberOf(button);
    if (fix < 0) {
      stop(model, button);
      return;
    }
    if (!event.isTrusted) return; // goes on to Python, which answers it as a click of its own
    event.stopImmediatePropagation();
    if (event.detail <= 1) put(model, el, fix); // a double click is one act
  };
  const pressed = (event) => {
    if (event.repeat && buttonIn(el, event.target)) event.preventDefault(); // a key held down, too
  };
  document.addEventListener("click", clicked, { capture: true, signal: gone.signal });
  document.addEventListener("keydown", pressed, { capture: true, signal: gone.signal });
  const ended = () => hideTwins(model, el, gone.signal);
  model.on("change:live", ended);
  settle(model, el, gone.signal);
  return () => {
    model.off?.("change:live", ended);
    gone.abort();
  };
}

export default { initialize, render };
