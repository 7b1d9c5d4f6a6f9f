// Puts the cell of a clicked fix below the cell that shows the panel.
//
// A click is handled here at once, with the text that the kernel has sent before, so that it works
// while the kernel is busy. Nothing but the user's own click or key on a button of this view adds a
// cell: no message of a kernel, no script. The kernel is sent {type: "inserted", fix, ok, why,
// copied}, and {type: "gone", fix} when that cell is taken away.
//
// No output that is saved is a widget: one that names its panel says the static report, and the
// page alone shows the panel in its place. The Stop button must reach a kernel that is busy.

const ATTACH_TRIES = 100;
const ATTACH_PAUSE = 50; // ms; five seconds in all, then the view is taken to be never shown

const STOP = "nbdiag.stop";
const STOP_HEARD = 900; // ms; a kernel that hears on a thread of its own answers in a tenth of that
const LINE_READY = 3000; // ms

const VIEW = "application/vnd.jupyter.widget-view+json";
const LOST = ["restarting", "autorestarting", "terminating", "dead"];

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

/** Whether an output of a cell shows this panel, or names it. */
function shows(cell, panel) {
  const outputs = cell.toJSON?.().outputs ?? [];
  const found = ({ data, metadata }) => [data?.[VIEW]?.model_id, metadata?.nbdiag?.panel];
  return Boolean(panel) && outputs.some((output) => found(output).includes(panel));
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
  const lost = [...made].filter(([, id]) => !cells.some((cell) => cell.id === id));
  for (const [fix] of lost) {
    made.delete(fix);
    tell(model, { type: "gone", fix });
  }
}

/** Send to the kernel, which may be gone. */
function tell(model, message) {
  if (stateOf(model).lost) return;
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
  for (let tries = 0; tries < ATTACH_TRIES && !signal.aborted && !el.isConnected; tries += 1)
    await pause(ATTACH_PAUSE);
  return el.isConnected && !signal.aborted;
}

/** Hide the twin while this view lives; after a training it may still be on its way. */
async function hideTwins(model, el, signal) {
  if (!outputsOf(model).next().done) return; // the panel stands in the place of its report
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

/** Name the panel for those who hear the page, and let them hear what changes in it. */
function name(model, panel) {
  panel?.setAttribute("role", "region");
  panel?.setAttribute("aria-label", model.get("label"));
  for (const heard of panel?.querySelectorAll(".nbdiag-sofar, .nbdiag-said") ?? [])
    heard.setAttribute("aria-live", "polite");
}

/** Hide the twin while this view lives, and say what this front end can do. */
async function settle(model, el, signal) {
  if (!(await attached(el, signal))) return;
  name(model, el.closest(".nbdiag-panel"));
  if (stateOf(model).lost) sayLost(model, el);
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
  } catch {} // as where there is none
  return null;
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

const hangUp = (line) => line?.isDisposed === false && line.dispose();

/** What the views of one panel share, wherever it is shown. */
const panels = new Map();

function stateOf(model) {
  const panel = model.get("panel_id");
  const fresh = { made: new Map(), views: new Set(), line: null, lost: false };
  if (!panels.has(panel)) panels.set(panel, fresh);
  return panels.get(panel);
}

/** The outputs of the open notebook that name this panel: each with its list and its place. */
function* outputsOf(model) {
  const cells = contextOf(model)?.model?.cells;
  if (typeof cells?.[Symbol.iterator] !== "function") return;
  for (const { outputs } of cells) {
    for (let place = 0; place < (outputs?.length ?? 0); place += 1) {
      const output = outputs.get(place);
      if (output.metadata?.nbdiag?.panel === model.get("panel_id")) yield [outputs, place, output];
    }
  }
}

/** Let the front end look at an output again, and at no other. */
function redraw(outputs, place, output) {
  const same = { oldIndex: place, newIndex: place, oldValues: [output], newValues: [output] };
  outputs.changed.emit({ type: "set", ...same });
}

/** Show the panel in the place of an output. What it says when it is saved stays as it is. */
function uncover(model, outputs, place, output) {
  if (Object.hasOwn(output, "data") || !outputs.changed?.emit) return;
  const still = Object.getPrototypeOf(output);
  const view = () => ({ version_major: 2, version_minor: 0, model_id: model.get("panel_id") });
  Object.defineProperty(output, "data", {
    configurable: true,
    get: () => ({ ...Reflect.get(still, "data", output), [VIEW]: view() }),
  });
  if (output.toJSON().data?.[VIEW]) delete output.data; // it would be saved: show the report
  else redraw(outputs, place, output);
}

function cover(outputs, place, output) {
  if (Object.hasOwn(output, "data") && delete output.data) redraw(outputs, place, output);
}

/** Show the panel wherever an output names it, from now on until the panel is closed. */
function showInOutputs(model, signal) {
  let due = false;
  const look = () => {
    due = false;
    if (signal.aborted || !model.get("ready") || stateOf(model).lost) return;
    for (const found of outputsOf(model)) uncover(model, ...found);
  };
  const changed = () => {
    if (!due) queueMicrotask(look); // before the page is painted
    due = true;
  };
  follow(contextOf(model)?.model?.contentChanged, changed, signal);
  model.on("change:ready", changed);
  signal.addEventListener("abort", () => {
    for (const found of outputsOf(model)) cover(...found);
  });
  changed();
}

/** Notice that the kernel of this panel is no more. */
function watchKernel(model, signal) {
  const state = stateOf(model);
  const lost = () => {
    state.lost = true;
    state.views.forEach((el) => sayLost(model, el));
  };
  const session = contextOf(model)?.sessionContext;
  follow(session?.statusChanged, (_, said) => LOST.includes(said) && lost(), signal);
  const changed = (_, { oldValue, newValue }) => oldValue && oldValue.id !== newValue?.id && lost();
  follow(session?.kernelChanged, changed, signal);
}

/** Hear a signal of the front end until this panel is closed. */
function follow(heard, hear, signal) {
  heard?.connect?.(hear);
  signal.addEventListener("abort", () => heard?.disconnect?.(hear));
}

/** Say so in a view, once: what needs the kernel goes, and what the page does by itself stays. */
function sayLost(model, el) {
  const panel = el.closest(".nbdiag-panel");
  if (el.textContent) return;
  panel?.classList.add("nbdiag-lost");
  el.setAttribute("role", "status");
  el.textContent = model.get("farewell");
}

function initialize({ model }) {
  const gone = new AbortController();
  showInOutputs(model, gone.signal);
  watchKernel(model, gone.signal);
  follow(notebookOf(model)?.changed, () => missCells(model), gone.signal);
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
    gone.abort();
    panels.delete(model.get("panel_id"));
    state.line?.then(hangUp);
  };
}

function render({ model, el }) {
  const gone = new AbortController();
  const { views } = stateOf(model);
  views.add(el);
  el.classList.add("nbdiag-bridge");
  const clicked = (event) => {
    const button = buttonIn(el, event.target);
    if (!button) return;
    const fix = numberOf(button);
    if (fix < 0) return void stop(model, button);
    // A script's click goes on to Python, if there is one, and is answered as one of its own.
    if (event.isTrusted || stateOf(model).lost) event.stopImmediatePropagation();
    if (event.isTrusted && event.detail <= 1) put(model, el, fix); // a double click is one act
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
    views.delete(el);
    model.off?.("change:live", ended);
    gone.abort();
  };
}

export default { initialize, render };
