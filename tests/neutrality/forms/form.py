"""One form of a training: cells as a user types them."""

import importlib.util
import re
from dataclasses import dataclass

MAGIC = "%%traindiag"
MAGICS = (MAGIC, "%traindiag")
NEXT = "\n# %%\n"
FIT = "model = net()\nhistory = model.fit(x, y, epochs=2, verbose=0)\n"
LINEAR = "model = linear()\n"

# What every form begins with: names that its cells use.
BEGIN = """
import numpy as np, keras, tensorflow as tf
x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
y = (x[:, 0] > 0).astype("float32")

def net():
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(1, "sigmoid")]
    )
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return model

def linear(**options):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", **options)
    return model
"""


@dataclass(frozen=True)
class Form:
    """Cells that are run with and without the magic.

    Attributes
    ----------
    name
        What is special about it.
    text
        The cells, parted by ``# %%``; the magic is put on the first, where it stands in none.
    needs
        Packages without which the form is skipped.
    seen
        Whether nbdiag has a report of it: a form that nothing watches would prove nothing.
    bare
        The cells to compare with, where they are other ones than those without the magic.
    terminal
        Whether they run in the shell of a terminal.
    """

    name: str
    text: str
    needs: tuple[str, ...] = ()
    seen: bool = True
    bare: str = ""
    terminal: bool = False

    def cells(self, *, watched: bool) -> list[str]:
        """Write the cells; without the watch a comment is where the magic was, if it can be."""
        if self.bare and not watched:
            return self.bare.split(NEXT)
        marked = any(line.startswith(MAGICS) for line in self.text.splitlines())
        text = self.text if marked else f"{MAGIC}\n{self.text}"
        cells = text.split(NEXT)
        return cells if watched else [_without_magic(cell) for cell in cells]

    def missing(self) -> list[str]:
        """List the packages that it needs and that are not installed."""
        return [name for name in self.needs if importlib.util.find_spec(name) is None]


def _without_magic(cell: str) -> str:
    cell = re.sub(r"^(?=%traindiag\b)", "# ", cell, flags=re.MULTILINE)
    above, magic, below = f"\n{cell}".partition(f"\n{MAGIC}")
    if not magic:
        return cell
    options, _, body = below.partition("\n")
    # Above another cell magic no comment may be.
    line = "" if body.lstrip().startswith("%%") else f"\n# {MAGIC}{options}"
    return f"{above}{line}\n{body}"[1:]
