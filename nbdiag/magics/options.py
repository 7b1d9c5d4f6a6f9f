"""What the options of ``%%traindiag`` mean, and what is wrong with them."""

import argparse
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.utils.process import arg_split

from nbdiag.language import say


def read_options(parser: argparse.ArgumentParser, line: str) -> argparse.Namespace:
    """Read the line of a cell magic; an option is written out, never abbreviated.

    Raises
    ------
    UsageError
        For an unknown option, or a value that it does not take.
    """
    parser.allow_abbrev = False
    options, unknown = parser.parse_known_args(arg_split(line))
    if unknown:
        raise UsageError(
            say(
                "unrecognized arguments: {words} (%%traindiag -h lists the options).",
                words=" ".join(unknown),
            )
        )
    return options


def settings_of(options: argparse.Namespace, lang: str) -> Any:
    """Read which rules are heard, and in which language.

    Raises
    ------
    UsageError
        When no rule has a code.
    """
    from nbdiag.engine import Settings

    settings = Settings(_codes(options.select), _codes(options.ignore), lang)
    known = [rule.code for rule in known_rules()]
    for pattern in (*settings.select, *settings.ignore):
        if not any(code.startswith(pattern) for code in known):
            raise UsageError(
                say(
                    "No rule's code starts with {pattern!r}: see %traindiag rules.", pattern=pattern
                )
            )
    return settings


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


@dataclass(frozen=True)
class Effort:
    """How far a proof goes.

    Attributes
    ----------
    seeds
        To be tried at most; None for as many as a proof takes.
    budget
        Seconds of CPU, None for those that a proof takes.
    here
        Whether it stays in the kernel.
    """

    seeds: int | None = None
    budget: float | None = None
    here: bool = False


def proves(options: argparse.Namespace) -> bool:
    """Whether the fixes should be tried on a copy; naming seeds or a budget asks for it, too."""
    named = options.seeds is not None or options.budget is not None
    return bool(options.prove or named or options.here)


def effort_of(options: argparse.Namespace) -> Effort:
    """Read how far a proof goes.

    Raises
    ------
    UsageError
        For a number of seeds below 1, and a time that is none.
    """
    if options.seeds is not None and options.seeds < 1:
        raise UsageError(say("--seeds takes a number from 1, not {number}.", number=options.seeds))
    budget = None if options.budget is None else _seconds(options.budget)
    return Effort(options.seeds, budget, options.here)


def read_prove(words: list[str]) -> tuple[str, Effort]:
    """Read what follows ``%traindiag prove``: a code or none, and how far to go.

    Raises
    ------
    UsageError
        For anything else.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("code", nargs="?", default="")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--budget")
    parser.add_argument("--here", action="store_true")
    try:
        options, unknown = parser.parse_known_args(words)
    except argparse.ArgumentError as problem:
        raise UsageError(str(problem)) from None
    if unknown:
        raise UsageError(say("%traindiag prove does not take {words}.", words=" ".join(unknown)))
    return options.code, effort_of(options)


def read_try(words: list[str]) -> Effort:
    """Read what follows ``%%traindiag try``: how far to go.

    Raises
    ------
    UsageError
        For anything else.
    """
    code, effort = read_prove(words)
    if code:
        raise UsageError(say("%%traindiag try takes the cell below it, and no {word}.", word=code))
    return effort


def read_investigate(words: list[str]) -> Effort:
    """Read what follows ``%traindiag investigate``: how far to go.

    Raises
    ------
    UsageError
        For anything else.
    """
    code, effort = read_prove(words)
    if code or effort.seeds is not None:
        raise UsageError(say("%traindiag investigate takes --budget and --here alone."))
    return effort


_UNITS = {"s": 1, "m": 60, "h": 3600}


def _seconds(text: str) -> float:
    number, unit = (text[:-1], text[-1]) if text[-1:] in _UNITS else (text, "s")
    try:
        seconds = float(number) * _UNITS[unit]
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise UsageError(say("--budget takes a time such as 90s, 5m or 1h, not {text}.", text=text))
    return seconds


def require_valid(options: argparse.Namespace) -> None:
    """Refuse, before the cell runs, what could not be done after it.

    Raises
    ------
    UsageError
        For what `effort_of` refuses, a name that is none, a file that cannot be saved.
    """
    effort_of(options)
    name, path = options.out, options.save
    if name is not None and not name.isidentifier():
        raise UsageError(say("--out takes a Python name, not {name!r}.", name=name))
    if path is not None:
        _require_target(path)


def _require_target(path: str) -> None:
    """Refuse a file that a report could not be saved to."""
    from nbdiag.diagnosis import SAVED_AS

    target = Path(path).expanduser()
    if target.suffix.lower() not in SAVED_AS:
        raise UsageError(
            say("--save takes a .html, .json, .md, .txt or .png file, not {path!r}.", path=path)
        )
    folder = target.parent
    if not folder.is_dir():
        raise UsageError(say("--save: there is no folder {folder}.", folder=folder))
    if target.is_dir():
        raise UsageError(say("--save: {path} is a folder.", path=path))
    if not os.access(target if target.exists() else folder, os.W_OK):
        raise UsageError(say("--save: {path} may not be written.", path=path))


def is_plain(options: argparse.Namespace) -> bool:
    """Whether the report is one output of plain text: by ``--plain``, or NBDIAG_PLAIN=1."""
    return bool(options.plain) or os.environ.get("NBDIAG_PLAIN", "") not in ("", "0")


def known_rules() -> tuple[Any, ...]:
    """Return every rule; they are loaded when they are first asked for."""
    from nbdiag.rules import all_rules

    return all_rules()


def rule_list() -> str:
    """Write every rule with a sentence, by what it looks at."""
    from nbdiag.render.document import family_of

    lines: list[str] = []
    family = ""
    for rule in known_rules():
        if family_of(rule.code) != family:
            family = family_of(rule.code)
            lines += ["", family] if lines else [family]
        summary, *_ = rule.page().partition("\n")
        lines.append(f"  {rule.code}  {rule.name}: {summary}")
    return "\n".join(lines)


def rule_of(code: str) -> Any:
    """Find a rule by its code or a name that it has or had, in any case.

    Raises
    ------
    UsageError
        When there is no such rule.
    """
    for rule in known_rules():
        if code.upper() == rule.code or code.lower() in (rule.name, *rule.former_names):
            return rule
    raise UsageError(say("There is no rule {code}: see %traindiag rules.", code=code.upper()))
