"""Open the rule book file by file, so that one that cannot be read does not close it."""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

from nbdiag.rules.base import strike
from nbdiag.schema.finding import Check

_CODE = re.compile(r"""^    code\s*(?::[^=]+)?=\s*["'](NBD\d{3})["']""", re.MULTILINE)
_NO_CODE = "NBD???"


def import_rules(path: Iterable[str], prefix: str) -> tuple[Check, ...]:
    """Import every module below a package; rules enter the registry on their own.

    Parameters
    ----------
    path
        ``__path__`` of the package.
    prefix
        Its name and a dot.

    Returns
    -------
    tuple of Check
        One line "crashed" for each rule file, or folder of them, that cannot be imported; what it
        had entered in the registry before it failed is taken out again.
    """
    return tuple(_import_all(path, prefix))


def _import_all(path: Iterable[str], prefix: str) -> Iterator[Check]:
    for found in pkgutil.iter_modules(path, prefix):
        # SystemExit and the like should not stop the user's session either, but they are raised on
        # purpose: they pass.
        try:
            module = importlib.import_module(found.name)
        except Exception as problem:  # noqa: BLE001 - a broken file may raise anything
            strike(found.name)
            yield _crashed(found.module_finder.find_spec(found.name, None), found.name, problem)
            continue
        if found.ispkg:
            yield from _import_all(module.__path__, f"{found.name}.")


def _crashed(spec: ModuleSpec | None, name: str, problem: Exception) -> Check:
    """Report what failed; the rule's code is still found in the file's text."""
    stem = name.rpartition(".")[2]
    code = None
    if spec is not None and spec.origin is not None:
        text = Path(spec.origin).read_text(encoding="utf-8", errors="replace")
        code = _CODE.search(text)
    reason = f"its file cannot be imported: {type(problem).__name__}: {problem}".split("\n")[0]
    return Check(code.group(1) if code else _NO_CODE, stem.replace("_", "-"), "crashed", reason)
