"""What the notebook's names mean in Keras, and how to write a Keras name in its own style."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from nbdiag.keras_api.layers import ALIASES, LAYERS
from nbdiag.keras_api.optimizers import OPTIMIZERS
from nbdiag.syntax.text.parsed_cell import ParsedCell
from nbdiag.syntax.text.scopes import binds, dotted

ROOTS = ("tensorflow.python.keras", "tensorflow.keras", "tf_keras", "keras_core", "keras")
"""Packages that are Keras: ``tf_keras`` is Keras 2, ``keras_core`` the preview of Keras 3."""
MODULES = (
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "callbacks",
    "utils",
    "models",
    "regularizers",
    "initializers",
)
_USUAL = {"keras": "keras", "tf": "tensorflow", "np": "numpy"} | {
    name: f"keras.{name}" for name in MODULES
}
_MODELS = {"Sequential": "models", "Model": "models", "Input": "layers", "InputLayer": "layers"}


def keras_path(path: str) -> tuple[str, str] | None:
    """Split a dotted path into the root of Keras and the rest, None when it is not Keras."""
    for known in ROOTS:
        if path == known or path.startswith(known + "."):
            return known, path[len(known) + 1 :]
    return None


def keras_name(path: str | None) -> str | None:
    """Return the place that Keras 3 has for a dotted path ("layers.Dense"), None outside Keras."""
    split = keras_path(path) if path else None
    if split is None:
        return None
    parts = split[1].split(".")
    parts[-1] = ALIASES.get(parts[-1], parts[-1])
    if len(parts) == 1 and parts[0] in _MODELS:
        parts = [_MODELS[parts[0]], parts[0]]
    return ".".join([parts[0], parts[-1]] if len(parts) > 2 else parts)  # noqa: PLR2004


@dataclass
class Names:
    """Meaning of the names that a cell can use.

    Attributes
    ----------
    known
        Name to dotted path ("layers" to "tensorflow.keras.layers").
    here
        Names that the cell's own imports bind.
    starred
        Modules of which everything was imported.
    taken
        Names bound to anything else: never read as an import.
    """

    known: dict[str, str] = field(default_factory=dict)
    here: set[str] = field(default_factory=set)
    starred: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def resolve(self, node: ast.AST) -> str | None:
        """Return the path of a name in Keras ("layers.Dense"), None when it is not Keras.

        The class is named as Keras 3 names it, and nested modules of Keras 2 and the models of
        the root are put where Keras 3 has them.
        """
        return keras_name(self.path(node))

    def path(self, node: ast.AST) -> str | None:
        """Return the full dotted path of a name, None when the name is not an import's."""
        text = dotted(node)
        if text is None:
            return None
        first, _, rest = text.partition(".")
        path = self.known.get(first) or self._guess(first)
        if path is None or first in self.taken:
            return None
        return f"{path}.{rest}" if rest else path

    def _guess(self, name: str) -> str | None:
        """Meaning of a name that nothing seen has bound."""
        for module in self.starred:
            split = keras_path(module)
            home = keras_home(name)
            if split and home and (not split[1] or split[1] == home):
                return f"{split[0]}.{home}.{name}"
        if name in _USUAL:
            return _USUAL[name]
        if name in LAYERS or name in ALIASES or name == "Input":
            return f"keras.layers.{name}"
        return f"keras.models.{name}" if name in ("Sequential", "Model") else None


def keras_home(name: str) -> str | None:
    """Return the module of Keras that has a layer, model or optimizer, None when none is known."""
    if name in LAYERS or name in ALIASES or name == "Input":
        return "layers"
    if name in OPTIMIZERS:
        return "optimizers"
    return _MODELS.get(name)


def read_names(page: ParsedCell, earlier: Sequence[ParsedCell] = ()) -> Names:
    """Read what names mean from a cell and the cells before it, oldest first."""
    names = Names()
    for other in earlier:
        _read(other.tree.body, names, here=False)
    _read(page.tree.body, names, here=True)
    for node in ast.walk(page.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            _read_imports(node, names, here=False)
    return names


def _read(body: Iterable[ast.stmt], names: Names, *, here: bool) -> None:
    for statement in body:
        value = statement.value if isinstance(statement, ast.Assign) else None
        path = names.path(value) if isinstance(value, ast.Name | ast.Attribute) else None
        bound = binds(statement)
        if path and keras_path(path):
            names.known |= dict.fromkeys(bound, path)
            names.taken -= bound
        else:
            names.taken |= bound
            _read_imports(statement, names, here=here)


def _read_imports(body: ast.AST, names: Names, *, here: bool) -> None:
    for node in _imports_in(body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                _enter(names, name, alias.name if alias.asname else name, here=here)
        elif node.module and not node.level:
            for alias in node.names:
                if alias.name == "*":
                    names.starred.append(node.module)
                else:
                    name = alias.asname or alias.name
                    _enter(names, name, f"{node.module}.{alias.name}", here=here)


@lru_cache(maxsize=4096)
def _imports_in(body: ast.AST) -> tuple[ast.Import | ast.ImportFrom, ...]:
    return tuple(node for node in ast.walk(body) if isinstance(node, ast.Import | ast.ImportFrom))


def _enter(names: Names, name: str, path: str, *, here: bool) -> None:
    names.known[name] = path
    names.taken.discard(name)
    if here:
        names.here.add(name)
