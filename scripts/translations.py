"""Collect the texts that nbdiag says, and bring every language's catalogue up to date.

``nbdiag/locale/nbdiag.pot`` holds all texts, ``nbdiag/locale/<language>/LC_MESSAGES/nbdiag.po`` a
language's translations, ``nbdiag.mo`` beside it is what a session reads. A new language is a folder
with a translated copy of ``nbdiag.pot``, and its code in ``nbdiag.language.LANGUAGES``.
With --check, nothing is written and a difference or a broken translation fails.
"""

import argparse
import ast
import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from nbdiag.keras_api.losses import LOSSES
from nbdiag.rules import all_rules
from nbdiag.schema.finding import Check, Confidence, Proof, Safety, Severity

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "nbdiag" / "locale"
Text = str | tuple[str, str]

# Whose fixed texts are shown to the user: by place, or by name.
SHOWN: dict[str, tuple[int | str, ...]] = {
    "say": (0,),
    "say_html": (0,),
    "later": (0,),
    "Evidence": (0, 1, 2, 3),
    "Effect": (0, 1, 2),
    "Fix": (0, "note"),
    "Mark": (1,),
    "Missing": (0,),
    "Skipped": (0,),
    "Refused": (0,),
    "CannotRebuild": (0,),
    "CannotJudge": (0,),
    "CannotJoin": (0,),
    "Cancelled": (0,),
    "WorkerDied": (0,),
    "NotLoaded": (0,),
    "CannotSend": (0,),
    "CannotCompare": (0,),
    "Old": (2,),
    "finding": (0,),
    "explain": (1,),
    "shown": (0,),
    "fix_of": (0,),
    "first_of": ("otherwise",),
    "repair_fix": (3,),
    "curve_evidence": (1, 2),
    "label_evidence": (2,),
    "output_evidence": (2,),
    "note": (0,),
    "_of": (3,),
}


def texts() -> dict[Text, set[str]]:
    """Find every text with the files that say it."""
    found: dict[Text, set[str]] = {}
    for path in sorted((ROOT / "nbdiag").rglob("*.py")):
        for text in in_python(path.read_text()):
            found.setdefault(text, set()).add(str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "nbdiag").rglob("templates/*.html")):
        for text in in_template(path.read_text()):
            found.setdefault(text, set()).add(str(path.relative_to(ROOT)))
    for rule in all_rules():
        home = f"{rule.__module__.replace('.', '/')}.py"
        found.setdefault(rule.name.replace("-", " "), set()).add(home)
    for loss in LOSSES.values():
        found.setdefault(loss.title, set()).add("nbdiag/keras_api/losses.py")
    for word in words():
        found.setdefault(word, set()).add("nbdiag/schema/finding.py")
    return {text: places for text, places in found.items() if is_worth(text)}


def words() -> Iterator[str]:
    """Return the single words of a finding that are shown."""
    for hint in (Severity, Confidence, Safety):
        yield from get_args(hint)
    yield from get_args(get_type_hints(Check)["status"])
    yield from get_args(get_type_hints(Proof)["verdict"])


def in_python(source: str) -> Iterator[Text]:
    """Return the texts of a module: fixed arguments of the calls that are `SHOWN`."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        if name == "say_count":
            one, many, *_ = (fixed for item in call.args[:2] for fixed in constants(item))
            yield one, many
        for place in SHOWN.get(name, ()):
            if isinstance(place, int):
                given = call.args[place : place + 1]
            else:
                given = [item.value for item in call.keywords if item.arg == place]
            for item in given:
                yield from constants(item)


def in_template(source: str) -> Iterator[str]:
    """Return the texts of a template."""
    tree = Environment(autoescape=True).parse(source)
    for _, _, fixed in extract_from_ast(tree, ("say", "say_html"), babel_style=False):
        yield from fixed[:1]


def constants(node: ast.expr) -> Iterator[str]:
    """Return the texts that an expression may be, as far as they are written in it."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from constants(one)
            yield from constants(other)
        case ast.BoolOp(values=options):
            for option in options:
                yield from constants(option)


def is_worth(text: Text) -> bool:
    """Whether there is anything to translate: a text, a list's comma, but no bare number."""
    plain = text if isinstance(text, str) else text[0]
    return bool(plain) and (plain in (", ", "; ") or any(letter.isalpha() for letter in plain))


class Plain(Catalog):
    """A catalogue whose head is the same whenever and by whatever it is written."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What the head says."""
        told = [("Project-Id-Version", "nbdiag")]
        if self.locale is not None:
            told += [("Language", str(self.locale)), ("Plural-Forms", self.plural_forms)]
        return [*told, ("Content-Type", "text/plain; charset=utf-8")]


def catalogue(found: dict[Text, set[str]], translated: Path | None = None) -> Plain:
    """Make the catalogue of all texts, with the translations that a language has by now."""
    old = Catalog()
    if translated is not None:
        with translated.open("rb") as file:
            old = read_po(file, locale=translated.parent.parent.name)
    head = "# Texts of nbdiag; written by scripts/translations.py."
    made = Plain(locale=old.locale, header_comment=head, charset="utf-8", fuzzy=False)
    for text, places in found.items():
        known = old.get(text if isinstance(text, str) else text[0])
        locations = [(place, 0) for place in sorted(places)]
        made.add(text, string=known.string if known else "", locations=locations)
    return made


def written(catalog: Catalog) -> bytes:
    """Write a catalogue as text."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100, sort_output=True, include_lineno=False)
    return buffer.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Write a catalogue as a session reads it: what is translated, and nothing else."""
    said = Plain(locale=catalog.locale, charset="utf-8", fuzzy=False)
    for message in catalog:
        given = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and all(given):
            said.add(message.id, string=message.string)
    buffer = io.BytesIO()
    write_mo(buffer, said)
    return buffer.getvalue()


def broken(catalog: Catalog) -> list[str]:
    """Name the translations that cannot be filled with the values of their text."""
    return [f"{message.id!r}: {why}" for message in catalog if message.id for why in flaws(message)]


def flaws(message: Message) -> Iterator[str]:
    """Report what is wrong with a translation."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    given = message.string if isinstance(message.string, tuple) else (message.string,)
    known = {place for text in ids for place in places_in(text)}
    for text in filter(None, given):
        try:
            strange = set(places_in(text)) - known
        except ValueError as problem:
            yield f"{text!r} is not a template ({problem})"
            continue
        if strange and known:
            yield f"{text!r} names {', '.join(sorted(strange))}, which the text does not"
    if any(given) and not all(given):
        yield "not all of its forms are translated"


def places_in(text: str) -> list[str]:
    """Return the names of a template's values."""
    return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]


def files() -> tuple[dict[Path, bytes], list[str]]:
    """Return every file of the locale as it should be, and what is wrong with translations."""
    found = texts()
    made = {LOCALE / "nbdiag.pot": written(catalogue(found))}
    problems = []
    for path in sorted(LOCALE.rglob("nbdiag.po")):
        catalog = catalogue(found, path)
        made |= {path: written(catalog), path.with_suffix(".mo"): compiled(catalog)}
        problems += broken(catalog)
    return made, problems


def main() -> None:
    """Write the catalogues, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    check = parser.parse_args().check
    made, problems = files()
    stale = [path for path, data in made.items() if not path.exists() or path.read_bytes() != data]
    if problems:
        sys.exit("\n".join(problems))
    if check and stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        sys.exit(f"Not up to date: {names}. Run python scripts/translations.py.")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[path])
        print(f"{path.relative_to(ROOT)} written.")


if __name__ == "__main__":
    main()
