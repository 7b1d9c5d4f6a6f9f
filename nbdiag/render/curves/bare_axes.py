"""Matplotlib axes that make no ticks.

Axes make, colour and clip a first tick of each kind while they are made, five artists each, and one
for each number again when they are drawn. `draw_ticks` writes the numbers of our charts, so that
all of these would be thrown away: they took a sixth of the time of a drawing.
"""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure


class _Bare:
    """What an axis does for its ticks, left out; its scale and its label stay."""

    label: Any

    def set_tick_params(self, **_: Any) -> None:
        """Style no tick."""

    def grid(self, *_: Any, **__: Any) -> None:
        """Draw no grid."""

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Clip nothing: there are no ticks, and the label is outside."""

    def draw(self, renderer: Any) -> None:
        """Draw the label."""
        self.label.draw(renderer)


class _BareXAxis(_Bare, XAxis):  # type: ignore[misc]  # matplotlib is untyped here
    pass


class _BareYAxis(_Bare, YAxis):  # type: ignore[misc]  # matplotlib is untyped here
    pass


class BareAxes(Axes):
    """Axes for charts whose ticks are drawn by `draw_ticks`; to be placed by ``set_position``."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure, (0.0, 0.0, 1.0, 1.0))
        # Ticks would have asked the spines where they are.
        for side in ("left", "bottom"):
            self.spines[side].set_position(("outward", 0.0))

    # Where other kinds of axes, such as matplotlib's projections, make theirs.
    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _BareXAxis(self, clear=False), _BareYAxis(self, clear=False)
        self.spines.bottom.register_axis(self.xaxis)
        self.spines.top.register_axis(self.xaxis)
        self.spines.left.register_axis(self.yaxis)
        self.spines.right.register_axis(self.yaxis)
