"""The same session with and without the magic: every number, output and name is the same."""

import re
from contextlib import contextmanager

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

MAGIC = "%%traindiag --no-panel\n"
PLACEHOLDER = "# " + MAGIC
OURS = "nbdiag saw no call of fit"
# Each story is a session; a cell that begins with "=" is watched in one of the two sessions.
STORIES = {
    "value": ["'old value'", "=40 + 2", "Out, _, __, ___", "_2, _i2, In[-2][-6:]"],
    "two values": ["=1\n2", "=3", "Out, _, __, ___"],
    "semicolon": ["'old'", "=40 + 2;", "Out, _"],
    "semicolon and comment": ["'old'", "=40 + 2;  # a comment", "Out, _"],
    "semicolon within": ["'old'", "=a = 1; a", "Out, _"],
    "assigned underscore": ["_ = 'mine'", "=40 + 2", "Out, _"],
    "no value": ["1", "=None", "=x = 3", "Out, _"],
    "interactivity": [
        "get_ipython().ast_node_interactivity = 'all'",
        "=1\n2\nx = 3",
        "get_ipython().ast_node_interactivity = 'last_expr'",
        "Out, _, __",
    ],
    "error": ["=1 / 0", "=def deep():\n    raise KeyError('lost')\ndeep()", "len(In), Out"],
    "error in a line far down": ["=" + "\n" * 9 + "x = 1\n1 / 0"],
    "error after a value": ["get_ipython().ast_node_interactivity='all'", "=5\n1 / 0", "Out, _"],
    "syntax error": ["=x = = 1", "=40 + 2", "len(In), Out"],
    "usage error": ["=%nosuchmagic", "=40 + 2", "Out"],
    "future": ["=from __future__ import annotations\nx: Nowhere = 1\nx", "Out"],
    "docstring": ["='a text'", "Out"],
    "empty lines": ["=\n\n40 + 2\n\n", "=\n\n1 / 0"],
    "indented": ["-    x = 1\n    x + 1", "Out"],
    "prompts": ["->>> x = 1\n>>> x + 1", "Out"],
    "magics": ["=%precision 3\nfiles = !echo one\nfiles", "Out, _"],
    "help": ["=len?", "len(In)"],
    "time below": ["-%%time\n40 + 2", "-%%time\n40 + 2;", "-%%time\n1 / 0", "Out, _"],
    "capture below": ["-%%capture held\nprint('inside')\n40 + 2", "held.stdout", "Out"],
    "time above": ["=%%time\n#\n40 + 2", "=%%time\n#\n40 + 2;", "Out, _"],
    "capture above": ["=%%capture held\n#\n40 + 2", "Out, _, len(In)"],
    "exit of the cell": ["=raise SystemExit", "=40 + 2", "Out"],
    "interrupt": ["=raise KeyboardInterrupt", "=40 + 2", "Out"],
    "inner cell": ["=get_ipython().run_cell('5')\n6", "Out, _, __"],
    "history": ["=1", "=2", "%history -n", "%rerun 1", "len(In), Out"],
    "hook": [
        (
            "shown = []\nget_ipython().display_formatter.formatters['text/plain']"
            ".for_type(int, lambda value, p, cycle: (shown.append(value), p.text(f'<{value}>')))"
        ),
        "=40 + 2",
        "shown, Out",
    ],
    "await": [
        (
            "import asyncio, contextvars, threading\n"
            "v = contextvars.ContextVar('v', default=0)\n"
            "async def give(value):\n    await asyncio.sleep(0)\n    return value"
        ),
        "=await give(40) + 2",
        "=await give(3);",
        "=v.set(5)\nawait give(1)\nthreading.current_thread() is threading.main_thread()",
        "=await give(1)\n1 / 0",
        "-%%time\nawait give(1)",
        "=files = !echo one\nasync with asyncio.timeout(9):\n    files",
        "Out, _, __",
    ],
}


@contextmanager
def session(tmp_path, monkeypatch):
    """Open a shell of its own."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    try:
        shell.run_cell("%load_ext nbdiag")
        yield shell
    finally:
        shell.run_cell("%unload_ext nbdiag")
        InteractiveShell.clear_instance()


def placed(cell, magic):
    """Put the magic, or a comment as long, on the cells that are to be watched."""
    if cell.startswith("="):
        above, found, below = cell[1:].partition("#\n")
        return above + magic + below if found else magic + cell[1:]
    if cell.startswith("-"):
        # No comment may stand above such a cell.
        return cell[1:] if magic == PLACEHOLDER else magic + cell[1:]
    return cell


def same(text):
    """Leave out what differs from run to run, and the magic's own line."""
    text = re.sub(r"\x1b\[[0-9;]*m|(Wall time|CPU times).*|-{9,}", "", text)
    return re.sub(r"(# )?%%traindiag --no-panel|<ipython-input-[^>]*>|0x\w+", "…", text)


def lived(shell, cell):
    """Run a cell; return all that a user could tell apart."""
    with capture_output() as captured:
        result = shell.run_cell(cell, store_history=True)
    shown = [sorted(item.data.items()) for item in captured.outputs]
    shown = [item for item in shown if OURS not in str(item)]
    error = result.error_before_exec or result.error_in_exec
    return {
        "stdout": same(captured.stdout),
        "stderr": same(captured.stderr),
        "shown": shown,
        "error": same(f"{type(error).__name__}: {error}"),
        "result": same(repr(result.result)),
        "succeeded": (result.success, shell.last_execution_succeeded),
        "count": (result.execution_count, shell.execution_count),
        "out": same(repr(shell.user_ns["Out"])),
        "unders": [same(repr(shell.user_ns[name])) for name in ("_", "__", "___")],
        "names": sorted(set(shell.user_ns)),
    }


@pytest.mark.parametrize("story", STORIES)
def test_a_session_is_the_same(story, tmp_path, monkeypatch):
    lives = []
    for magic in (PLACEHOLDER, MAGIC):
        with session(tmp_path, monkeypatch) as shell:
            cells = [placed(cell, magic) for cell in STORIES[story]]
            lives.append([lived(shell, cell) for cell in cells])
            raw = shell.history_manager.input_hist_raw[-len(cells) :]
            if "history" not in story and "exit" not in story:
                assert raw == [cell.rstrip("\n") for cell in cells]
    for cell, bare, watched in zip(STORIES[story], *lives, strict=True):
        if cell.startswith("-") and not bare["succeeded"][0]:
            # Without a line above, the traceback counts from another one.
            for life in (bare, watched):
                life["stdout"] = life["stdout"].splitlines()[-1]
        assert watched == bare
