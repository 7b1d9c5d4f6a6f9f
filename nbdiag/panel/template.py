"""HTML for widgets: every piece comes out of a template that escapes what the user wrote."""

from typing import Any

import ipywidgets

from nbdiag.render import page


def write(template: str, **values: Any) -> str:
    """Fill one of the panel's templates."""
    return page.fill(template, "nbdiag.panel", **values)


def html(value: str, *classes: str) -> ipywidgets.HTML:
    """Make a widget of HTML that `write` has made."""
    made = ipywidgets.HTML(value)
    for name in classes:
        made.add_class(name)
    return made
