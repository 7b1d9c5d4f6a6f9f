"""Mask the secrets of a report, as plain JSON data.

A secret is found where code or a message shows that it is one, and masked wherever else it occurs:
in other cells, in the cells and differences of fixes, in findings and their evidence. Each of its
characters becomes a ``*`` (a digit of a number a 0), so every place in a text stays where it was
and code stays code.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from nbdiag.privacy.secrets import names_a_secret, secrets_in_code, secrets_in_prose

_CODE = ("source", "diff", "code", "old", "new")
"""Fields of the schema that hold code."""

_SHORT = 4
"""Characters below which a secret is masked between quotes alone: it may be part of any word."""


_LINE = 8
_LEAST_NUMBER = 4  # digits: a smaller number could mean anything


def mask_secrets(data: Any) -> Any:
    """Return plain JSON data with every secret masked; the data themselves when there is none.

    Parameters
    ----------
    data
        What `nbdiag.schema.codec.to_json` wrote.
    """
    whole = set(_secrets(data))
    # In a difference, and in a message, the lines of a long secret stand apart.
    found = whole | {line for text in whole for line in text.split("\n") if len(line) >= _LINE}
    if not found:
        return data
    maskers = [_masker(secret) for secret in sorted(found, key=len, reverse=True)]

    def mask(text: str) -> str:
        for masker in maskers:
            text = masker(text)
        return text

    return _with_texts(data, mask)


def without_other_cells(data: dict[str, Any]) -> dict[str, Any]:
    """Return a report as plain JSON data with no more of the notebook than the report needs.

    Of the earlier cells those stay that a place or a change of the report refers to, and those
    that a fix has taken lines from. The text of former runs' cells is left out.
    """
    run = data["run"]
    findings = data["findings"]
    here = {key: value for key, value in run.items() if key not in ("earlier", "previous")}
    numbers = {item["cell"] for item in _dictionaries((here, findings)) if _is_number(item)}
    written = {
        line.strip() for finding in findings for fix in finding["fixes"] for line in _lines(fix)
    } - {line.strip() for line in run["cell"]["source"].split("\n")}
    earlier = [
        cell
        for cell in run["earlier"]
        if cell["number"] in numbers or written & set(map(str.strip, cell["source"].split("\n")))
    ]
    previous = [{**past, "source": ""} for past in run["previous"]]
    return {**data, "run": {**run, "earlier": earlier, "previous": previous}}


def _is_number(item: dict[str, Any]) -> bool:
    return type(item.get("cell")) is int


def _lines(fix: dict[str, Any]) -> list[str]:
    """Return the lines of a fix's cell that contain code."""
    lines: list[str] = fix["source"].split("\n")
    return [line for line in lines if any(map(str.isalnum, line))]


def _secrets(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield from secrets_in_prose(data)
    elif isinstance(data, list):
        for item in data:
            yield from _secrets(item)
    elif isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, str) and name in _CODE:
                yield from secrets_in_code(value)
            elif names_a_secret(name) and isinstance(value, dict) and value.get("value"):
                yield value["value"].strip("'\"")  # one of the user's names
            else:
                yield from _secrets(value)


def _masker(secret: str) -> Callable[[str], str]:
    """Return what masks one secret in a text."""
    if secret.replace(".", "").replace("_", "").isdigit():
        if len(secret) < _LEAST_NUMBER:
            return lambda text: text
        digits = re.compile(rf"(?<![\w.]){re.escape(secret)}(?![\w.]*\w)")
        return lambda text: digits.sub(lambda found: re.sub(r"\d", "0", found[0]), text)
    hidden = re.sub(r"[^\n]", "*", secret)
    if len(secret) >= _SHORT and not secret.isidentifier():
        return lambda text: text.replace(secret, hidden)
    # The same word may name a variable: it is masked where it is a value.
    named = len(secret) < _SHORT or secret.isalpha()
    before = "(?:(?<=['\"])|(?<==)|(?<=: ))" if named else r"(?<!\w)"
    word = re.compile(rf"{before}{re.escape(secret)}(?!\w)")
    return lambda text: word.sub(hidden, text)


def _with_texts(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, list):
        return [_with_texts(item, change) for item in data]
    if isinstance(data, dict):
        return {name: _with_texts(value, change) for name, value in data.items()}
    return data


def _dictionaries(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
    values = data.values() if isinstance(data, dict) else data
    for value in values if isinstance(data, dict | list | tuple) else ():
        yield from _dictionaries(value)
