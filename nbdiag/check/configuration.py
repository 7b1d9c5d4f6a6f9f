"""``[tool.nbdiag]`` of a project's ``pyproject.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbdiag.language import LANGUAGES, Reason

SEVERITIES = ("error", "warning", "info")
_LISTS = ("select", "ignore", "exclude")
_TEXTS = ("severity", "baseline", "lang")


class ConfigurationError(Reason):
    """The configuration cannot be used; the text is a sentence."""


@dataclass(frozen=True)
class Configuration:
    """How a project is checked.

    Attributes
    ----------
    select, ignore
        Codes or their beginnings; an empty ``select`` means all.
    exclude
        Patterns of paths that are not checked.
    per_file_ignores
        Patterns of paths, each with codes that are not heard there.
    severity
        The least severe findings that are shown.
    baseline
        File of the findings that are known, "" for none.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: str = "warning"
    baseline: str = ""
    lang: str = "en"


def find_configuration(start: Path) -> Configuration:
    """Read the configuration of the project that a folder belongs to.

    Raises
    ------
    ConfigurationError
        When the file has entries that cannot be used.
    """
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            return read_configuration(path)
    return Configuration()


def read_configuration(path: Path) -> Configuration:
    """Read ``[tool.nbdiag]`` of a file.

    Raises
    ------
    ConfigurationError
        When the file is not TOML, or has entries that cannot be used.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ConfigurationError(
            "{path} cannot be read: {problem}.", path=path.name, problem=problem
        ) from None
    tools = content.get("tool")
    table = tools.get("nbdiag", {}) if isinstance(tools, dict) else {}
    return _from_table(table)


def _from_table(table: Any) -> Configuration:
    if not isinstance(table, dict):
        raise ConfigurationError("[tool.nbdiag] must be a table.")
    known: dict[str, Any] = {}
    for name, value in table.items():
        if name in _LISTS:
            known[name] = _texts(name, value)
        elif name in _TEXTS:
            known[name] = _text(name, value)
        elif name == "per-file-ignores" and isinstance(value, dict):
            known["per_file_ignores"] = {key: _texts(name, item) for key, item in value.items()}
        else:
            raise ConfigurationError("[tool.nbdiag] has no entry {name}.", name=name)
    return Configuration(**known)


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError("[tool.nbdiag] {name} must be a list of texts.", name=name)
    return tuple(value)


def _text(name: str, value: Any) -> str:
    allowed = {"severity": SEVERITIES, "lang": LANGUAGES}.get(name)
    if not isinstance(value, str) or (allowed is not None and value not in allowed):
        words = ", ".join(allowed) if allowed else "a text"
        raise ConfigurationError("[tool.nbdiag] {name} must be {words}.", name=name, words=words)
    return value
