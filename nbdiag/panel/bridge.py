"""The way from a button to a new cell: a widget without looks that lives in the front end."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from nbdiag.language import later

WHYS = (
    later("this front end gives no access to its cells"),
    later("the cell of this panel was not found in the notebook"),
    later("the notebook did not take the cell"),
    later("the page has no cell for this button"),
)
"""Reasons that ``bridge.js`` gives in English."""

_HERE = Path(__file__).parent


class Bridge(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget is untyped here
    """Inserts cells through the front end, and brings the panel's style.

    Attributes
    ----------
    fixes
        For each button, in order, the ``source`` of its cell: first the fixes, then the buttons
        that apply ticked fixes ("" while there is nothing to apply).
    cell_id
        Identity of the cell that made the panel, "" where the front end gives none.
    panel_id
        Model of the panel, by which an output is known.
    live
        "running" while a panel shows a training and has a Stop button, "ended" from then on, ""
        for a panel made with its report.
    ready
        Whether the panel has something to show.
    farewell
        What the page says when the kernel is gone.
    label
        Name of the panel for those who hear the page.
    """

    _esm = _HERE / "bridge.js"
    _css = _HERE / "panel.css"
    fixes = traitlets.List().tag(sync=True)
    cell_id = traitlets.Unicode().tag(sync=True)
    panel_id = traitlets.Unicode().tag(sync=True)
    live = traitlets.Unicode().tag(sync=True)
    ready = traitlets.Bool().tag(sync=True)
    farewell = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)


@dataclass(frozen=True)
class Abilities:
    """What a front end says of itself when it shows the panel.

    Attributes
    ----------
    insert
        Whether it lets a panel insert a cell.
    how
        By what means: "sharedModel" or "clipboard".
    """

    insert: bool
    how: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a fix whose button the user clicked.

    Attributes
    ----------
    fix
        Number of the button.
    ok
        Whether the new cell is below.
    why
        Why it does not, one clause.
    copied
        Whether its text is on the clipboard instead.
    """

    fix: int
    ok: bool
    why: str = ""
    copied: bool = False


@dataclass(frozen=True)
class Gone:
    """An inserted cell that has been taken away.

    Attributes
    ----------
    fix
        Number of the button that inserted it.
    """

    fix: int


Heard = Abilities | Outcome | Gone
_KINDS: Mapping[str, type[Heard]] = {"caps": Abilities, "inserted": Outcome, "gone": Gone}


def read(message: Any) -> Heard | None:
    """Read a message of the front end; None for one that is not of this protocol."""
    if not isinstance(message, Mapping):
        return None
    name = message.get("type")
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        return None
    values = {item.name: message.get(item.name, item.default) for item in fields(kind)}
    fitting = all(type(values[item.name]) is item.type for item in fields(kind))
    return kind(**values) if fitting else None
