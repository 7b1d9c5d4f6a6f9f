"""A real InteractiveShell with nbdiag loaded, and what its cells showed."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


@dataclass
class Book:
    """Runs cells as a notebook does and counts the tracebacks shown."""

    shell: InteractiveShell
    tracebacks: list[type] = field(default_factory=list)
    text: str = ""

    def run(self, source: str) -> Any:
        """Run a cell; its printed and displayed text is kept in ``text``."""
        self.tracebacks.clear()
        # The user's own warnings are the user's, not errors of ours.
        with warnings.catch_warnings(), capture_output() as captured:
            warnings.simplefilter("default")
            result = self.shell.run_cell(source, store_history=True)
        shown = [output.data.get("text/plain", "") for output in captured.outputs]
        self.text = "\n".join([captured.stdout, captured.stderr, *shown])
        return result

    def error(self, source: str) -> BaseException | None:
        """Run a cell and give its error."""
        result = self.run(source)
        return result.error_before_exec or result.error_in_exec


@pytest.fixture
def book(tmp_path, monkeypatch) -> Iterator[Book]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("colors", "nocolor")
    shell.history_manager.enabled = False
    made = Book(shell)
    show = shell._showtraceback

    def counted(kind, value, lines):
        made.tracebacks.append(kind)
        show(kind, value, lines)

    shell._showtraceback = counted
    made.run("%load_ext nbdiag")
    yield made
    made.run("%unload_ext nbdiag")
    InteractiveShell.clear_instance()
