"""Whether the text of the cells augments the validation data, followed from name to name."""

import ast

from nbdiag.schema.cell import Cell
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in, last_name
from nbdiag.syntax.data.meanings import Meanings, Place, chain

GENERATORS = frozenset({"ImageDataGenerator"})
TURNING = frozenset(
    {
        "rotation_range", "width_shift_range", "height_shift_range", "brightness_range",
        "shear_range", "zoom_range", "channel_shift_range", "horizontal_flip", "vertical_flip",
    }
)  # fmt: skip
_DEEPEST = 12


def augmented_validation(run: TrainingRun) -> str | None:
    """Return the text of the call that augments the data given as ``validation_data``.

    Followed are names with one meaning at the place where they are used, through ``map`` of a
    function that draws at random (``tf.image.random_…``) or of layers called with
    ``training=True``, and ``flow`` of a generator that turns pictures. What is not plain text is
    not found.

    Returns
    -------
    str or None
        None when no such call was found.
    """
    names = _Names((*run.earlier, run.cell))
    for found in calls_in(run):
        given = found.argument(-1, "validation_data") if found.name == "fit" else None
        if given is not None:
            return names.augmenting(given, Place(len(run.earlier), found.call.line), 0)
    return None


class _Names:
    """What the names of some cells stand for, by place."""

    def __init__(self, cells: tuple[Cell, ...]) -> None:
        self._meanings = Meanings(cells)

    def augmenting(self, node: ast.AST, place: Place, depth: int) -> str | None:
        """Find an augmenting call in an expression, or in what its names stand for."""
        if depth > _DEEPEST:
            return None
        for call in (item for item in chain(node) if isinstance(item, ast.Call)):
            if self._draws(call, place):
                return ast.unparse(call.func).rpartition(".")[0] + f".{last_name(call)}(…)"
        for item in chain(node):
            if isinstance(item, ast.Name) and (known := self._meaning(item.id, place)):
                found = self.augmenting(known[1], known[0], depth + 1)
                if found:
                    return found
        return None

    def _meaning(self, name: str, place: Place) -> tuple[Place, ast.AST] | None:
        found = self._meanings.of(name, place)
        return None if found is None else (found.place, found.node)

    def _draws(self, call: ast.Call, place: Place) -> bool:
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if receiver is None:
            return False
        if last_name(call) == "map" and call.args:
            return self._is_random(call.args[0], place)
        if last_name(call).startswith("flow") and isinstance(receiver, ast.Name):
            known = self._meaning(receiver.id, place)
            return known is not None and _turns(known[1])
        return False

    def _is_random(self, function: ast.AST, place: Place) -> bool:
        if isinstance(function, ast.Name):
            known = self._meaning(function.id, place)
            return known is not None and self._is_random(known[1], known[0])
        if not isinstance(function, ast.Lambda | ast.FunctionDef):
            return False
        return any(
            _draws_pixels(item) or self._runs_layers(item, place)
            for item in ast.walk(function)
            if isinstance(item, ast.Call)
        )

    def _runs_layers(self, call: ast.Call, place: Place) -> bool:
        """Whether a call runs random layers as in training."""
        trains = any(
            item.arg == "training" and isinstance(item.value, ast.Constant) and item.value.value
            for item in call.keywords
        )
        known = self._meaning(last_name(call), place)
        return (
            trains
            and known is not None
            and any(
                isinstance(item, ast.Call) and last_name(item).startswith("Rand")
                for item in ast.walk(known[1])
            )
        )


def _draws_pixels(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and (
        call.func.attr.startswith(("random_", "stateless_random_"))
        and ast.unparse(call.func.value).endswith("image")
    )


def _turns(value: ast.AST) -> bool:
    """Whether a generator is set to rotate, shift or flip images."""
    if not isinstance(value, ast.Call) or last_name(value) not in GENERATORS:
        return False
    return any(
        item.arg in TURNING and not (isinstance(item.value, ast.Constant) and not item.value.value)
        for item in value.keywords
    )
