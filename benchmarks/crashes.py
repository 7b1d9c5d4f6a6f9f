"""How often a cell that crashes is explained and repaired, with its one traceback kept.

Every faulty program of ``tests/programs/crash`` runs in a real InteractiveShell under
``%%traindiag``. Scored are: one traceback, of the exception that the cell raises without nbdiag;
explained (the first finding is an error and a cause, has the program's code, and says all that the
program's ``Names:`` line lists); repaired (the first fix, run as a new cell, raises nothing and
leaves a model that was trained). Programs whose docstring has a line ``By hand: …`` can only be
repaired by their user: they count as explained or not, and as not repaired.

``python benchmarks/crashes.py [--markdown] [-v] [PROGRAM …]``; about a second a program.
"""

import argparse
import ast
import atexit
import os
import re
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests" / "programs" / "crash"
MAGIC = "%%traindiag --no-panel\n"
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Program:
    """One program that crashes.

    Attributes
    ----------
    names
        Patterns that the explanation must match.
    by_hand
        Why nothing but its user can repair it, "" where a fix is expected.
    """

    name: str
    code: str
    title: str
    names: tuple[str, ...]
    by_hand: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What nbdiag made of a program."""

    program: Program
    error: str
    kept: bool
    explained: bool
    repaired: bool
    fix: str
    detail: str


def read(path: Path) -> Program:
    """Read a program: its docstring, and its cells, which ``# %%`` lines begin."""
    text = path.read_text(encoding="utf-8")
    told = ast.get_docstring(ast.parse(text)) or ""
    parts = ("\n" + text).split("\n# %% ")[1:]
    named = re.search(r"(?m)^Names: (.*)$", told)
    by_hand = re.search(r"(?m)^By hand: (.*)$", told)
    return Program(
        path.stem,
        path.stem.partition("_")[0].upper(),
        told.split("\n", maxsplit=1)[0],
        tuple(item.strip() for item in named[1].split(";")) if named else (),
        by_hand[1] if by_hand else "",
        tuple(part.partition("\n")[2].strip("\n") + "\n" for part in parts),
    )


class Book:
    """A notebook that counts the tracebacks it shows."""

    def __init__(self) -> None:
        from IPython.core.interactiveshell import InteractiveShell

        InteractiveShell.clear_instance()
        self.shell = InteractiveShell.instance()
        self.shell.history_manager.enabled = False
        self.tracebacks: list[str] = []
        # IPython's one place that shows a traceback.
        show = self.shell._showtraceback  # noqa: SLF001 - see above

        def counted(kind: type, value: BaseException, lines: list[str]) -> None:
            self.tracebacks.append(kind.__name__)
            show(kind, value, lines)

        self.shell._showtraceback = counted  # type: ignore[method-assign]  # noqa: SLF001 - see above

    def run(self, source: str) -> BaseException | None:
        """Run a cell, quietly; give its error."""
        from IPython.utils.capture import capture_output

        self.tracebacks.clear()
        with warnings.catch_warnings(), capture_output():
            warnings.simplefilter("ignore")
            done = self.shell.run_cell(source, store_history=True)
        return done.error_before_exec or done.error_in_exec

    def close(self) -> None:
        """End the shell now, with all that its cells made.

        IPython ends its shells when Python exits, and collects all garbage for each: with the
        models of a hundred programs still alive that is minutes of work after the last line.
        """
        atexit.unregister(self.shell.atexit_operations)
        self.shell.atexit_operations()
        type(self.shell).clear_instance()


@contextmanager
def opened() -> Iterator[Book]:
    """Open a new notebook with nbdiag loaded."""
    book = Book()
    book.run("%load_ext nbdiag")
    try:
        yield book
    finally:
        book.run("%unload_ext nbdiag")
        book.close()


def examine(program: Program) -> Outcome:
    """Run a program, look at what is said of it, and run the new cell."""
    import nbdiag

    *earlier, training = program.cells
    with opened() as plain:
        for cell in earlier:
            seeded(plain, cell)
        bare = seeded(plain, training)
    with opened() as book:
        for cell in earlier:
            seeded(book, cell)
        error = seeded(book, MAGIC + training)
        shown = list(book.tracebacks)
        report = nbdiag.last_report()
        found = report.findings[0] if report is not None and report.findings else None
        kept = type(error) is type(bare) and shown == [type(bare).__name__]
        said = "" if found is None else words(found)
        explained = (
            found is not None
            and (found.code, found.role, found.severity) == (program.code, "cause", "error")
            and all(re.search(item, said, re.IGNORECASE) for item in program.names)
        )
        fix = found.fixes[0] if found is not None and found.fixes else None
        detail = f"{type(error).__name__}: {str(error)[:300]}\n{said}"
        repaired = False
        if fix is not None and fix.source and fix.changes:
            before = trained(book)
            problem = seeded(book, fix.source)
            repaired = problem is None and trained(book) not in (None, before)
            detail += f"\n{fix.source}\n{type(problem).__name__}: {str(problem)[:600]}"
        return Outcome(
            program,
            type(bare).__name__,
            kept,
            explained,
            repaired,
            fix.title if fix is not None else "",
            detail,
        )


def words(found: Any) -> str:
    """Return a finding's message and evidence as one text."""
    parts = [f"{i.name} {i.observed} {i.expected} {i.source}" for i in found.evidence]
    return "\n".join([found.message, *parts])


def seeded(book: Book, cell: str) -> BaseException | None:
    """Run a cell from fixed seeds."""
    import keras

    keras.utils.set_random_seed(0)
    return book.run(cell)


def trained(book: Book) -> tuple[int, int] | None:
    """Identity of the model and number of its updates, None without a trained one."""
    model = book.shell.user_ns.get("model")
    optimizer = getattr(model, "optimizer", None)
    updates = int(optimizer.iterations.numpy()) if optimizer is not None else 0
    return (id(model), updates) if updates else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what became of each program; give 1 when a crash was not kept as it is, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programs", nargs="*", help="names of programs, or parts of them")
    parser.add_argument("-v", "--verbose", action="store_true", help="show what failed")
    parser.add_argument(
        "--markdown", action="store_true", help="print the table of docs/crashes.md"
    )
    given = parser.parse_args(arguments)
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["IPYTHONDIR"] = tempfile.mkdtemp()
    outcomes = []
    for path in sorted(PROGRAMS.glob("*_faulty_*.py")):
        if given.programs and not any(part in path.stem for part in given.programs):
            continue
        outcomes.append(examine(read(path)))
        print(row(outcomes[-1], markdown=given.markdown), flush=True)
        if given.verbose and not (outcomes[-1].explained and outcomes[-1].repaired):
            print(outcomes[-1].detail)
    count = Counter[str]()
    for item in outcomes:
        count.update(kept=item.kept, explained=item.explained, repaired=item.repaired)
    total = len(outcomes)
    listed = [f"{key} {count[key]} of {total}" for key in ("kept", "explained", "repaired")]
    print(f"\n{total} programs: one traceback {', '.join(listed)}.")
    return int(count["kept"] != total)


def row(item: Outcome, *, markdown: bool) -> str:
    """Write one program as a line of the table."""
    marks = ["yes" if done else "**no**" for done in (item.kept, item.explained, item.repaired)]
    cells = [item.program.code, item.program.title, item.error, *marks]
    fix = item.fix + (f" ({item.program.by_hand})" if item.program.by_hand else "")
    if markdown:
        return f"| {' | '.join([*cells, fix])} |"
    return (
        f"{item.program.name:48s} {item.error:20s} {' '.join(f'{mark:7s}' for mark in marks)} {fix}"
    )


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Python's own end takes a hundred models apart, and TensorFlow waits there for the threads
    # of every data set that a traceback still holds: five minutes after the last line, measured.
    os._exit(status)
