"""What the options of ``%%traindiag`` mean, and what is wrong with them."""

import argparse
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError

from nbdiag.language import say


def settings_of(options: argparse.Namespace, lang: str) -> Any:
    """Read which rules are heard, and in which language.

    Raises
    ------
    UsageError
        When a code stands for no rule.
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


def proves(options: argparse.Namespace) -> bool:
    """Whether the fixes are to be tried on a copy; naming seeds asks for it, too."""
    return options.prove or options.seeds is not None


def require_valid(options: argparse.Namespace) -> None:
    """Refuse, before the cell runs, what could not be done after it.

    Raises
    ------
    UsageError
        For a number of seeds below 1, a name that is none, a kind of file that is not written.
    """
    from nbdiag.diagnosis import SAVED_AS

    seeds, name, path = options.seeds, options.out, options.save
    if seeds is not None and seeds < 1:
        raise UsageError(say("--seeds takes a number from 1, not {number}.", number=seeds))
    if name is not None and not name.isidentifier():
        raise UsageError(say("--out takes a Python name, not {name!r}.", name=name))
    if path is not None and Path(path).suffix.lower() not in SAVED_AS:
        raise UsageError(
            say("--save takes a .html, .json, .txt or .png file, not {path!r}.", path=path)
        )


def known_rules() -> tuple[Any, ...]:
    """Give every rule; they are loaded when they are first asked for."""
    from nbdiag.rules import all_rules

    return all_rules()


def rule_of(code: str) -> Any:
    """Find a rule by its code, in any case.

    Raises
    ------
    UsageError
        When there is no such rule.
    """
    for rule in known_rules():
        if rule.code == code.upper():
            return rule
    raise UsageError(say("There is no rule {code}: see %traindiag rules.", code=code.upper()))
