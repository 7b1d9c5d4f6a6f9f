"""What the outputs of a cell say, and what shows them.

JupyterLab and Notebook 7 show an error line for a widget whose kernel is gone, whatever else its
output holds. So no output there is a widget: it says the static report and names its panel, and
``bridge.js`` shows the panel in its place, in the open page alone.
"""

import re
import shutil
import sys
from collections.abc import Sequence
from typing import Any, Literal

from nbdiag.language import later, say
from nbdiag.render import html, text
from nbdiag.schema.report import ReportData

FrontEnd = Literal["notebook", "none", "other"]

_CELL_ID = re.compile(r"[\w-]{1,64}")  # as nbformat has it; VS Code sends an address
_NARROWEST = 40
_UNFINISHED = later("nbdiag: the training had not ended when this was saved.")


def front_end() -> FrontEnd:
    """Find out what shows the running cell.

    Returns
    -------
    str
        "notebook" for JupyterLab and Notebook 7, "none" for a program that runs notebooks
        (nbclient, papermill), where nobody could click, and "other" for one that shows a widget
        as a separate output.
    """
    request = _request()
    if request.get("content", {}).get("allow_stdin") is False:
        return "none"
    return "notebook" if _CELL_ID.fullmatch(cell_id()) else "other"


def cell_id() -> str:
    """Find the identity of the cell that is running; "" when its request tells none."""
    return str(_request().get("metadata", {}).get("cellId", ""))


def _request() -> dict[str, Any]:
    from IPython import get_ipython

    get_parent = getattr(get_ipython(), "get_parent", None)
    return (get_parent() if get_parent else None) or {}


def still(report: ReportData | None, others: Sequence[ReportData] = ()) -> dict[str, str]:
    """Write the static report as a bundle of MIME types; None for one that is yet to come."""
    if report is None:
        return {"text/plain": say(_UNFINISHED)}
    columns = terminal_columns()
    if columns is not None:  # it shows no other form
        return {"text/plain": text.write(report, others, columns=columns)}
    return {"text/plain": text.write(report, others), "text/html": html.write(report, others)}


def terminal_columns() -> int | None:
    """Return the width of the terminal that IPython runs in, None where it is not one."""
    from IPython import get_ipython

    if type(get_ipython()).__name__ != "TerminalInteractiveShell" or not sys.stdout.isatty():
        return None
    return max(shutil.get_terminal_size().columns, _NARROWEST)


def mark(panel_id: str) -> dict[str, Any]:
    """Compute the metadata of an output in whose place a panel is shown."""
    return {"nbdiag": {"panel": panel_id}}
