"""The templates: everything that enters them is escaped."""

import base64
import weakref
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from nbdiag.language import say, say_count
from nbdiag.render import document
from nbdiag.render.changed_lines import code_line, edits_of
from nbdiag.render.phrases import clean
from nbdiag.schema.report import ReportData
from nbdiag.silence import unlogged

# A report cannot be hashed (its settings are dictionaries), so its identity is the key.
_DRAWN: dict[int, tuple[weakref.ref[ReportData], str | None]] = {}
_MARKS = {"passed": "✓", "found": "✗", "skipped": "○", "crashed": "!"}


def fill(template: str, package: str = "nbdiag.render", **values: Any) -> str:
    """Fill a template; text is escaped and freed of control characters.

    Parameters
    ----------
    template
        Name of a file in the ``templates`` of a package.
    package
        The package that is asked first; the pieces of this one are always at hand.
    values
        What the template names.
    """
    return _environment(package).get_template(template).render(**values).strip() + "\n"


@cache
def _environment(package: str) -> jinja2.Environment:
    """Make the environment in which templates see the words of a report."""
    packages = dict.fromkeys((package, "nbdiag.render"))
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader(name) for name in packages]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        finalize=_finalize,
    )
    made.globals |= {
        "say": say,
        "say_html": _say_html,
        "title": document.title,
        "name_of": document.name_of,
        "command": document.command,
        "can_insert": document.can_insert,
        "safety_words": document.safety_words,
        "families": document.families,
        "named": document.named,
        "edits_of": edits_of,
        "place_of": code_line,
        "say_count": say_count,
        "marks": _MARKS,
    }
    return made


def _say_html(template: str, **values: Any) -> Markup:
    """Translate a text with pieces of HTML in it; everything else is escaped."""
    plain = {name: clean(value) if type(value) is str else value for name, value in values.items()}
    return Markup.escape(say(template)).format(**plain)


def picture(report: ReportData) -> str | None:
    """Draw the curves as the address of an image, None when there is nothing to draw.

    The static report, the panel and a report that is shown again have one drawing.
    """
    key = id(report)
    drawn_of, drawn = _DRAWN.get(key, (None, None))
    if drawn_of is None or drawn_of() is not report:
        with unlogged():
            from nbdiag.render.curves import figure

            image = figure.png(report)
        if image is not None:
            drawn = f"data:image/png;base64,{base64.b64encode(image).decode('ascii')}"
        _DRAWN[key] = weakref.ref(report, lambda _: _DRAWN.pop(key, None)), drawn
    return drawn


def _finalize(value: Any) -> Any:
    return clean(value) if type(value) is str else value
