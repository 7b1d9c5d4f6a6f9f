"""The panel: a report as widgets, with one button per fix."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbdiag.panel.panel import Panel as Panel

__all__ = ["Panel"]


def __getattr__(name: str) -> Any:
    # Late, so that the static report can be shown where there are no widgets.
    if name == "Panel":
        from nbdiag.panel.panel import Panel

        return Panel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
