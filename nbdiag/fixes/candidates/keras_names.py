"""Names of Keras as the cells can write them, with what they have imported."""

from collections.abc import Iterator

from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import statements
from nbdiag.syntax.text.nodes import is_import, is_import_from, pieces_of

_ROOTS = ("keras", "tensorflow.keras")


def keras_name(run: TrainingRun, part: str, name: str) -> str:
    """Spell something of Keras, such as ``layers.Concatenate``; "" where nothing is imported.

    Parameters
    ----------
    run
        The run; the imports of its cells are read.
    part
        "layers", "losses" or "ops"; "" for what is in Keras itself.
    name
        What is in that part.
    """
    bound = dict(_imported(run))
    whole = f"{part}.{name}" if part else name
    wanted = {f"{base}.{part}": f".{name}" for base in _ROOTS}
    wanted |= {f"{base}.{whole}": "" for base in _ROOTS}
    wanted |= {f"{base}.models.Model": "" for base in _ROOTS if whole == "Model"}
    wanted |= dict.fromkeys(_ROOTS, f".{whole}")
    wanted["tensorflow"] = f".keras.{whole}"
    spellings = [f"{own}{wanted[path]}" for own, path in bound.items() if path in wanted]
    return min(spellings, key=len, default="")


def numpy_name(run: TrainingRun) -> str:
    """Return what the cells call NumPy, "" where they do not import it."""
    return next((own for own, path in _imported(run) if path == "numpy"), "")


def _imported(run: TrainingRun) -> Iterator[tuple[str, str]]:
    """Yield the names that imports bind, and what they stand for, the oldest first."""
    for cell in (*run.earlier, run.cell):
        for top in statements(cell):
            for node in pieces_of(top):
                if is_import_from(node):
                    for item in node.names:
                        yield item.asname or item.name, f"{node.module}.{item.name}"
                elif is_import(node):
                    for item in node.names:
                        yield item.asname or item.name, item.name
