"""A panel as a page without a kernel, in JupyterLab's own colours: what it looks like, in a second.

The widgets are written as the elements that their front end makes of them, with the style of the
installed theme and of the installed widgets. Nothing answers a click here.
"""

import re
import sys
from functools import cache
from html import escape
from pathlib import Path

import ipywidgets

from nbdiag.panel import bridge

SHARE = Path(sys.prefix) / "share" / "jupyter"
_THEME = "lab/themes/@jupyterlab/theme-{name}-extension/index.css"
_WIDGETS = "labextensions/@jupyter-widgets/jupyterlab-manager/static"
_BOXES = {"VBox": "widget-vbox", "HBox": "widget-hbox"}


def page_of(widget: ipywidgets.Widget, theme: str = "light") -> str:
    """Write a page that shows a panel as the output of a cell would.

    Parameters
    ----------
    widget
        The panel.
    theme
        "light" or "dark".
    """
    style = (SHARE / _THEME.format(name=theme)).read_text(encoding="utf-8")
    own = Path(bridge.__file__).with_name("panel.css")
    return (
        f'<!doctype html><html lang="en"><title>panel</title><meta charset="utf-8">'
        f"<style>{style}</style><style>{_widget_style()}</style>"
        f"<style>{own.read_text(encoding='utf-8')}</style>"
        "<style>:root { --jp-widgets-font-size: 13px; --jp-widgets-margin: 2px; "
        "--jp-widgets-inline-height: 28px }</style>"
        "<style>body { margin: 0; background: var(--jp-layout-color0); "
        "font-family: var(--jp-ui-font-family); font-size: var(--jp-ui-font-size1) }</style>"
        f'<body data-jp-theme-light="{str(theme == "light").lower()}">{markup(widget)}</body></html>'
    )


@cache
def _widget_style() -> str:
    """Read the style of the widgets, which their front end keeps in its scripts."""
    for script in sorted((SHARE / _WIDGETS).glob("*.js")):
        text = script.read_text(encoding="utf-8")
        found = re.findall(r"\.push\(\[\w+\.id,(`|\"|')(.*?)\1,(?:\"\"|'')\]\)", text, re.DOTALL)
        rules = [rule for _, rule in found if ".widget-inline-hbox" in rule]
        if rules:
            return "\n".join(rules).replace("\\n", "\n").replace('\\"', '"')
    raise LookupError("The installed widgets bring no style: look where they keep it now.")


def markup(widget: ipywidgets.Widget) -> str:
    """Write a widget and all that it holds."""
    classes = ["jupyter-widgets", *widget._dom_classes]
    if isinstance(widget, bridge.Bridge):
        return '<div class="jupyter-widgets nbdiag-bridge"></div>'
    if isinstance(widget, ipywidgets.HTML):
        return _element(
            "div",
            [*classes, "widget-inline-hbox", "widget-html"],
            f'<div class="widget-html-content">{widget.value}</div>',
            widget,
        )
    if isinstance(widget, ipywidgets.Button):
        style = f"mod-{widget.button_style}" if widget.button_style else ""
        off = " disabled" if widget.disabled else ""
        icon = f'<i class="fa fa-{widget.icon}"></i>' if widget.icon else ""
        return _element(
            "button",
            [*classes, "jupyter-button", "widget-button", style],
            icon + escape(widget.description),
            widget,
            f' title="{escape(widget.tooltip or "")}"{off}',
        )
    if isinstance(widget, ipywidgets.Checkbox):
        said = widget.description
        said = said if widget.description_allow_html else escape(said)
        box = f'<input type="checkbox"{" checked" if widget.value else ""}>'
        return _element(
            "div",
            [*classes, "widget-inline-hbox", "widget-checkbox"],
            f'<label class="widget-label-basic">{box}<span>{said}</span></label>',
            widget,
        )
    if isinstance(widget, ipywidgets.Accordion):
        parts = [
            f'<div class="jupyter-widget-Collapse jupyter-widget-Collapse-closed"><div class='
            f'"jupyter-widget-Collapse-header">{escape(title)}</div></div>'
            for title in widget.titles
        ]
        return _element("div", [*classes, "jupyter-widget-Accordion"], "".join(parts), widget)
    inside = "".join(markup(child) for child in widget.children)
    kind = _BOXES.get(type(widget).__name__, "widget-vbox" if _upright(widget) else "")
    return _element("div", [*classes, "widget-box", "jupyter-widget-box", kind], inside, widget)


def _upright(widget: ipywidgets.Widget) -> bool:
    return isinstance(widget, ipywidgets.VBox)


def _element(
    tag: str, classes: list[str], inside: str, widget: ipywidgets.Widget, more: str = ""
) -> str:
    given = {"width": widget.layout.width, "display": widget.layout.display}
    style = "; ".join(f"{name}: {value}" for name, value in given.items() if value)
    names = " ".join(name for name in classes if name)
    return f'<{tag} class="{names}" style="{style}"{more}>{inside}</{tag}>'
