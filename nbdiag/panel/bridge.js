// Puts the cell of a clicked fix below the cell that shows the panel.
//
// A click is handled here at once, with the text that the kernel has sent before, so that it works
// while the kernel is busy too. The kernel is told {type: "inserted", fix, ok, why, copied}.
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
  return { ok: true, why: "" };
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

async function put(model, el, fix) {
  const source = model.get("fixes")[fix]?.source;
  if (!source) return;
  const outcome = insert(model, el, source);
  const copied = outcome.ok ? false : await copy(source);
  model.send({ type: "inserted", fix, ...outcome, copied });
}

/** Number of the button that was hit inside this panel, -1 for anything else. */
function buttonIn(panel, target) {
  const button = target.closest?.(".nbdiag-fix, .nbdiag-apply");
  if (!button || !panel?.contains(button) || button.disabled) return -1;
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
  model.send({ type: "caps", insert: able, how: able ? "sharedModel" : "clipboard" });
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
  if (!panels.has(panel)) panels.set(panel, { views: new Set(), handled: new Map(), line: null });
  return panels.get(panel);
}

/** A click that began in the kernel: done by the one window that the user is looking at. */
function serve(model, fix) {
  const { views, handled } = stateOf(model);
  const done = handled.get(fix) ?? 0;
  if (done > 0) {
    handled.set(fix, done - 1); // it began here, and is done
    return;
  }
  const view = [...views].find((el) => el.isConnected);
  if (view && document.hasFocus()) put(model, view, fix);
}

function initialize({ model }) {
  model.on("msg:custom", (message) => {
    if (message?.type === "insert") serve(model, message.fix);
  });
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
  return () => {
    panels.delete(model.get("panel_id"));
    state.line?.then(hangUp);
  };
}

function render({ model, el }) {
  const gone = new AbortController();
  const { views, handled } = stateOf(model);
  el.classList.add("nbdiag-bridge");
  views.add(el);
  const clicked = (event) => {
    const panel = el.closest(".nbdiag-panel");
    const halt = event.target.closest?.(".nbdiag-stop");
    if (halt && panel?.contains(halt) && !halt.disabled) stop(model, halt);
    const fix = buttonIn(panel, event.target);
    if (fix < 0) return;
    handled.set(fix, (handled.get(fix) ?? 0) + 1);
    put(model, el, fix);
  };
  document.addEventListener("click", clicked, { capture: true, signal: gone.signal });
  const ended = () => hideTwins(model, el, gone.signal);
  model.on("change:live", ended);
  settle(model, el, gone.signal);
  return () => {
    views.delete(el);
    model.off?.("change:live", ended);
    gone.abort();
  };
}

export default { initialize, render };
