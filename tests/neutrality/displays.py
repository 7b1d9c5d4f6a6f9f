"""What a cell displays, parted into the user's and nbdiag's own."""

import sys
from typing import Any

from IPython.core.displaypub import DisplayPublisher

_BETWEEN = {"IPython", "ipywidgets", "anywidget", "traitlets", "comm", "contextlib", "tests"}


class Displays(DisplayPublisher):
    """Keeps what is displayed instead of showing it."""

    def __init__(self) -> None:
        super().__init__()
        self.users: list[Any] = []
        self.ours: list[str] = []

    def publish(self, data: Any, metadata: Any = None, **options: Any) -> None:
        """Keep one display."""
        if _is_ours():
            self.ours.append(str(data.get("text/plain", ""))[:300])
        else:
            self.users.append(sorted(data.items()))

    def clear_output(self, wait: bool = False) -> None:
        """Keep that the output was cleared."""
        self.users.append(f"cleared, {wait}")


def _is_ours() -> bool:
    """Whether the innermost code outside IPython is nbdiag's."""
    frame = sys._getframe(2)
    while frame is not None:
        package = str(frame.f_globals.get("__name__")).split(".")[0]
        if package not in _BETWEEN:
            return package == "nbdiag"
        frame = frame.f_back
    return False
