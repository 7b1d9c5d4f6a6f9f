"""Which files a path, a folder or a pattern means."""

import fnmatch
import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbdiag.language import Reason

ENDINGS = (".ipynb", ".py")
_PASSED_OVER = frozenset(
    """
    __pycache__ build dist node_modules site-packages venv env .venv .git .ipynb_checkpoints
    """.split()  # noqa: SIM905 - a name a line would fill the page
)


class NoFilesError(Reason):
    """A path means no file; the text is a sentence."""


def find_files(paths: Iterable[str], exclude: Iterable[str] = ()) -> list[Path]:
    """List the notebooks and scripts that paths mean, each once, in order.

    Parameters
    ----------
    paths
        Files, folders (searched with all below them) and patterns such as ``**/*.ipynb``.
    exclude
        Patterns of paths that are left out of folders and patterns.

    Raises
    ------
    NoFilesError
        When one of them means no file.
    """
    found: dict[Path, None] = {}
    left_out = tuple(exclude)
    for path in paths:
        files = list(_files_of(path, left_out))
        if not files:
            raise NoFilesError("There is no notebook or script at {path}.", path=path)
        found |= dict.fromkeys(files)
    return list(found)


def _files_of(path: str, exclude: tuple[str, ...]) -> Iterator[Path]:
    here = Path(path).expanduser()
    if here.is_file():
        yield here
    elif here.is_dir():
        yield from _below(here, exclude)
    else:
        for match in sorted(glob.glob(str(here), recursive=True)):  # noqa: PTH207 - the path may be absolute
            item = Path(match)
            if item.is_dir():
                yield from _below(item, exclude)
            elif item.suffix.lower() in ENDINGS and not is_excluded(item, exclude):
                yield item


def _below(folder: Path, exclude: tuple[str, ...]) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        hidden = entry.name.startswith(".") or entry.name in _PASSED_OVER
        if hidden or is_excluded(entry, exclude):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _below(entry, exclude)
        elif entry.suffix.lower() in ENDINGS and entry.is_file():
            yield entry


def is_excluded(path: Path, patterns: Iterable[str]) -> bool:
    """Whether one of some patterns matches a path, or a folder that it is in."""
    text = path.as_posix()
    return any(
        fnmatch.fnmatch(text, pattern)
        or fnmatch.fnmatch(text, f"*/{pattern}")
        or fnmatch.fnmatch(path.name, pattern)
        or text.startswith(f"{pattern.rstrip('/')}/")
        for pattern in patterns
    )
