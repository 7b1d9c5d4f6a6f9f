"""The language that nbdiag speaks: English texts in the code, translations in ``locale``.

A text with values in it is a template that `say` fills, because an f-string cannot be translated:
``say("Your learning rate of {rate:g} is too high.", rate=rate)``. A fixed text needs nothing where
a finding takes it unchanged (``Evidence("loss", …)``, ``Fix("Shuffle the rows", …)``,
``Skipped("the labels are not classes")``): the engine translates those. Elsewhere, `say` as well.
``scripts/translations.py`` collects the texts of both kinds.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

LANGUAGES = ("en", "zh")

_LOCALE = Path(__file__).parent / "locale"
_ENGLISH = gettext.NullTranslations()
_spoken = ContextVar("nbdiag language", default=_ENGLISH)
_code = ContextVar("code of nbdiag's language", default="en")


def say(template: str, /, **values: object) -> str:
    """Return a text in the current language.

    Parameters
    ----------
    template
        The English text, a literal; its values are named as in `str.format`.
    values
        What the template names; without any, the text may contain other braces.

    Returns
    -------
    str
        The translation, or the English text where there is none.
    """
    # gettext answers "" with the catalogue's header.
    text = _spoken.get().gettext(template) if template else ""
    return _filled(text, values) if values else text


def say_count(one: str, many: str, number: int, /, **values: object) -> str:
    """Return a text that depends on a number, ``{number}`` in the template.

    Parameters
    ----------
    one, many
        The English text for one thing, and for another number of them.
    number
        How many there are.
    values
        What else the templates name.
    """
    text = _spoken.get().ngettext(one, many, number)
    return _filled(text, {"number": number, **values})


def later(text: str) -> str:
    """Mark a fixed text that is said later, such as a constant of a module; give it unchanged."""
    return text


def _filled(text: str, values: Mapping[str, object]) -> str:
    """Fill a template; a large number is written as it is said, not with an exponent."""
    filled = text.format(**values)
    return _WORDED.vformat(text, (), values) if "e+" in filled else filled


class _Worded(Formatter):
    """Writes 6,200 for 6.2e+03, and 24 million for 2.4e+07."""

    def format_field(self, value: Any, format_spec: str) -> str:
        written: str = super().format_field(value, format_spec)
        plain = isinstance(value, (int, float)) and format_spec.endswith("g")
        return worded(float(value)) if plain and "e+" in written else written


_WORDED = _Worded()
_MILLION = 1e6
_LARGEST = 1e15


_UNITS = (
    (1e12, later("{number} trillion")),
    (1e9, later("{number} billion")),
    (1e6, later("{number} million")),
)


def worded(value: float) -> str:
    """Write a number of 1,000 and more in groups of three, or in millions."""
    if abs(value) < _MILLION:
        return f"{value:,.0f}"
    for unit, words in _UNITS:
        if unit <= abs(value) < _LARGEST:
            return say(words, number=f"{value / unit:.3g}")
    return f"{value:.3g}"


class Reason(Exception):  # noqa: N818 - what is raised is the reason itself
    """An exception whose text is a reason: in English, and in the language that is spoken.

    Parameters
    ----------
    template
        The English text, a literal, as for `say`.
    values
        What the template names.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template.format(**values) if values else template)
        self._template = template
        self._values = values

    def said(self) -> str:
        """Return the text in the current language."""
        return say(self._template, **self._values)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside a ``with`` block, in this thread or task alone.

    Raises
    ------
    ValueError
        When nbdiag does not speak it.
    """
    token, code = _spoken.set(_catalogue(language)), _code.set(language)
    try:
        yield
    finally:
        _code.reset(code)
        _spoken.reset(token)


def spoken() -> str:
    """Return the code of the current language, for `speaking` in another process."""
    return _code.get()


def checked(language: str) -> str:
    """Return the language.

    Raises
    ------
    ValueError
        When nbdiag does not speak it.
    """
    if language not in LANGUAGES:
        raise ValueError(f"nbdiag speaks {' and '.join(LANGUAGES)}, not {language!r}.")
    return language


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if checked(language) == "en":
        return _ENGLISH
    return gettext.translation("nbdiag", _LOCALE, [language], fallback=True)
