"""HTML for widgets: every piece comes out of a template that escapes what the user wrote."""

from typing import Any

import ipywidgets

from nbdiag.render import page

_SHARED: list[Any] = []


def write(template: str, **values: Any) -> str:
    """Fill one of the panel's templates."""
    return page.fill(template, "nbdiag.panel", **values)


def html(value: str, *classes: str) -> ipywidgets.HTML:
    """Make a widget of HTML that `write` has made."""
    layout, style = _plain()
    # Classes that are added later would each be a message to the page.
    return ipywidgets.HTML(value, layout=layout, style=style, _dom_classes=classes)


def _plain() -> tuple[ipywidgets.Layout, ipywidgets.Widget]:
    """Return a layout and a style that say nothing, for all widgets of HTML.

    Each widget would make both for itself: two more models in the kernel and in the page, which
    stay when the widget is closed.
    """
    if not _SHARED or any(item.comm is None for item in _SHARED):
        # Somebody may have closed every widget of the kernel.
        first = ipywidgets.HTML()
        _SHARED[:] = [first.layout, first.style]
        first.close()
    layout, style = _SHARED
    return layout, style
