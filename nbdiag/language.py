"""The language that nbdiag speaks: English texts in the code, translations in ``locale``.

A text with values in it is a template that `say` fills, because an f-string cannot be translated:
``say("Your learning rate of {rate:g} is too high.", rate=rate)``. A fixed text needs nothing where
a finding takes it unchanged (``Evidence("loss", …)``, ``Fix("Shuffle the rows", …)``,
``Skipped("the labels are not classes")``): the engine translates those. Elsewhere, `say` as well.
``scripts/translations.py`` collects the texts of both kinds.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

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
    return text.format(**values) if values else text


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
    return _spoken.get().ngettext(one, many, number).format(number=number, **values)


def later(text: str) -> str:
    """Mark a fixed text that is said later, such as a constant of a module; give it unchanged."""
    return text


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
