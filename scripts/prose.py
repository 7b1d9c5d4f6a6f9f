"""Find words that the glossary replaces: ``scripts/prose.py [PATH …]``.

The left column of the table in docs/glossary.md is kept out of docstrings, comments, messages and
the names of functions and classes, out of templates, README and docs; a word whose note begins with
"in messages" out of the catalogue of messages only. ``# prose: ignore`` ends a line that must keep
such a word. The exit code is 1 when a word is found.
"""

import argparse
import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
PLACES = ("nbdiag", "scripts", "benchmarks", "README.md", "CONTRIBUTING.md", "docs")
ROW = re.compile(r"^\| (?P<words>[^|]+) \| (?P<instead>[^|]+) \| ?(?P<note>[^|]*)\|")
HARMLESS = "but not: "
SAID = "in messages"
MESSAGE = re.compile(r'^msgid(?:_plural)? (?P<text>"[^\n]*"(?:\n"[^\n]*")*)', re.MULTILINE)
PLACEHOLDER = re.compile(r"\{[^}]*\}")
IGNORED = "# prose: ignore"


@dataclass(frozen=True, eq=False)
class Word:
    """One entry of the glossary's left column.

    Attributes
    ----------
    pattern
        Finds the word in a text; in a name, underscores count as spaces.
    instead
        What to write.
    opens
        Whether the word is only refused as the first one of a docstring.
    harmless
        Finds the phrases in which the word is right: the row's note names them after "but not:".
    said
        Whether the word is refused in messages alone.
    """

    pattern: re.Pattern[str]
    instead: str
    opens: bool
    harmless: re.Pattern[str] | None = None
    said: bool = False


def words(glossary: str) -> tuple[Word, ...]:
    """Read the first table of the glossary."""
    table = glossary.split("\n## ")[1]
    found: list[Word] = []
    for line in table.splitlines():
        row = ROW.match(line)
        if row is None or row["words"].startswith(("not", "---")):
            continue
        _, named, phrases = row["note"].strip().partition(HARMLESS)
        harmless = _finding("|".join(map(_text, phrases.split(", ")))) if named else None
        for word in row["words"].split(", "):
            pattern = _finding(_text(word.removeprefix("^")))
            opens, said = word.startswith("^"), row["note"].strip().startswith(SAID)
            found.append(Word(pattern, row["instead"].strip(), opens, harmless, said))
    return tuple(found)


def _text(phrase: str) -> str:
    """Return the expression of a phrase: ``*`` is any ending, a space any white space."""
    return re.escape(phrase.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")


def _finding(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})\b", re.IGNORECASE)


def refused(
    text: str, listed: tuple[Word, ...], *, docstring: bool = False
) -> Iterator[tuple[int, str]]:
    """Find the words of a text that the glossary replaces.

    Returns
    -------
    Iterator[tuple[int, str]]
        The number of lines above the word, and what to write.
    """
    if not _any_of(listed).search(text):
        return
    for word in listed:
        first = word.pattern.match(text)
        matches = ([first] if docstring and first else []) if word.opens else None
        right = [item.span() for item in word.harmless.finditer(text)] if word.harmless else []
        for match in word.pattern.finditer(text) if matches is None else matches:
            if any(start <= match.start() and match.end() <= end for start, end in right):
                continue
            found = re.sub(r"\s+", " ", match[0])
            yield text.count("\n", 0, match.start()), f"“{found}”: write {word.instead}"


@cache
def _any_of(listed: tuple[Word, ...]) -> re.Pattern[str]:
    """Find any word at all; most texts have none."""
    return re.compile("|".join(word.pattern.pattern for word in listed), re.IGNORECASE)


def in_python(source: str, listed: tuple[Word, ...]) -> Iterator[tuple[int, str]]:
    """Find refused words in the docstrings, names, sentences and comments of a module."""
    nodes = list(ast.walk(ast.parse(source)))
    documented: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                documented.add(id(first.value))
    for node in nodes:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and " " in node.value:
                for above, why in refused(node.value, listed, docstring=id(node) in documented):
                    yield node.lineno + above, why
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.name).replace("_", " ").strip()
            yield from ((node.lineno, why) for _, why in refused(name, listed))
    yield from _in_comments(source, listed)


def _in_comments(source: str, listed: tuple[Word, ...]) -> Iterator[tuple[int, str]]:
    # Reading tokens takes as long as all the rest: only where a line with a "#" has such a word.
    if not any("#" in line and _any_of(listed).search(line) for line in source.splitlines()):
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield from ((token.start[0], why) for _, why in refused(token.string, listed))


def in_text(source: str, listed: tuple[Word, ...]) -> Iterator[tuple[int, str]]:
    """Find refused words in a page, a template or a catalogue."""
    yield from ((above + 1, why) for above, why in refused(source, listed))


def in_catalogue(source: str, listed: tuple[Word, ...]) -> Iterator[tuple[int, str]]:
    """Find refused words in the messages of a catalogue; names of values are not words."""
    for message in MESSAGE.finditer(source):
        text = ast.literal_eval(f"({message['text']})")
        for _, why in refused(PLACEHOLDER.sub("…", text), listed):
            yield source.count("\n", 0, message.start()) + 1, why


READERS = {".py": in_python, ".html": in_text, ".md": in_text, ".pot": in_catalogue}


def in_file(path: Path, listed: tuple[Word, ...]) -> list[str]:
    """Return a line for each refused word of a file."""
    if path.suffix not in READERS or path == GLOSSARY:
        return []
    source = path.read_text(encoding="utf-8")
    lines = source.split("\n")
    if path.suffix != ".pot":
        listed = tuple(word for word in listed if not word.said)
    found = sorted(set(READERS[path.suffix](source, listed)))
    name = path.relative_to(ROOT)
    return [f"{name}:{number}: {why}" for number, why in found if IGNORED not in lines[number - 1]]


def main() -> int:
    """Print each refused word with its place; return 1 when there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders (default: all)")
    given = parser.parse_args()
    listed = words(GLOSSARY.read_text(encoding="utf-8"))
    tops = [path.resolve() for path in given.paths] or [ROOT / place for place in PLACES]
    files = [file for top in tops for file in (top.rglob("*") if top.is_dir() else [top])]
    found = [line for file in sorted(files) for line in in_file(file, listed)]
    for line in found:
        print(line)
    if found:
        print(f"{len(found)} words that docs/glossary.md replaces.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
