"""The way from the Stop button to a kernel that is busy with the training.

A message to a widget waits until the cell has ended: ipykernel answers it where the widget was
made, which is where the training runs. A comm that the front end opens is heard at once, on a
separate thread, by kernels with subshells (ipykernel 7 and newer). Only an event may be touched
there: whatever a widget sends from that thread would tie later messages to the thread.
"""

from collections.abc import Callable, Mapping
from typing import Any

from comm import get_comm_manager

TARGET = "nbdiag.stop"


class StopLine:
    """Listens for the Stop button of one panel.

    Parameters
    ----------
    panel_id
        By which the button names its panel.
    ask
        Called when Stop was clicked; from another thread.
    """

    def __init__(self, panel_id: str, ask: Callable[[], None]) -> None:
        self._panel_id = panel_id
        self._ask = ask

    def open(self) -> None:
        """Begin to listen."""
        get_comm_manager().register_target(TARGET, self._hear)

    def close(self) -> None:
        """Listen no longer."""
        manager = get_comm_manager()
        if manager.targets.get(TARGET) == self._hear:
            manager.unregister_target(TARGET, self._hear)

    def _hear(self, line: Any, message: Any) -> None:
        data = message["content"].get("data")
        if isinstance(data, Mapping) and data.get("panel") == self._panel_id:
            self._ask()
            line.send({"type": "heard"})
            line.close()
