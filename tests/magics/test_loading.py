"""What loading the extension costs and leaves behind."""

import json
import subprocess
import sys

HEAVY = {"tensorflow", "keras", "matplotlib", "ipywidgets", "anywidget", "scipy", "numpy"}


def in_fresh_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_loading_imports_nothing_heavy():
    code = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.run_line_magic("load_ext", "nbdiag")
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    new = {name.split(".")[0] for name in json.loads(in_fresh_python(code).splitlines()[-1])}

    assert "nbdiag" in new
    assert not new & HEAVY


def test_unloading_takes_the_magics_back(book):
    book.run("%unload_ext nbdiag")

    assert "traindiag" not in book.shell.magics_manager.magics["line"]
    assert "traindiag" not in book.shell.magics_manager.magics["cell"]


def test_reloading_gives_working_magics(book):
    book.run("%unload_ext nbdiag")
    book.run("%load_ext nbdiag")

    assert book.error("%traindiag rules") is None
    assert "NBD101" in book.text


def test_loading_twice_registers_once(book):
    memory = book.shell.magics_manager.registry["TrainDiagMagics"].memory
    book.run("import nbdiag; nbdiag.load_ipython_extension(get_ipython())")

    assert book.shell.magics_manager.registry["TrainDiagMagics"].memory is memory
