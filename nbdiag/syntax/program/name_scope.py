"""The names of a module or a function."""

from dataclasses import dataclass, field

from nbdiag.keras_api.layers import is_layer
from nbdiag.syntax.imports import keras_home, keras_path
from nbdiag.syntax.program.domain import Imported, Mutable, State, Unknown, Value, same

_MISSING = object()
NOT_BOUND = Unknown("nothing in the text binds the name")


@dataclass(eq=False)
class Namespace(Mutable):
    """The names of a module, a function or a class that is being defined.

    Attributes
    ----------
    outer
        Where a name is looked for next.
    starred
        Modules of which everything was imported.
    outside
        Names that ``global`` or ``nonlocal`` sends outside.
    """

    names: dict[str, Value] = field(default_factory=dict)
    outer: "Namespace | None" = None
    starred: list[str] = field(default_factory=list)
    outside: dict[str, "Namespace"] = field(default_factory=dict)

    def find(self, name: str) -> Value:
        """Find the value of a name."""
        scope: Namespace | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            if found := scope.imported(name):
                return found
            scope = scope.outer
        return NOT_BOUND

    def imported(self, name: str) -> Imported | None:
        """Find a name among those that ``from keras… import *`` has brought."""
        for module in reversed(self.starred):
            split = keras_path(module)
            home = keras_home(name)
            if split and home and split[1] in ("", home):
                return Imported(f"{split[0]}.{home}.{name}")
            if split and split[1] == "layers" and is_layer(name):
                return Imported(f"{module}.{name}")
        return None

    @property
    def root(self) -> "Namespace":
        """The names of the module."""
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope

    def unite(self, one: State, other: State, reason: str) -> None:
        """Keep what both branches agree on; the other names are not known any more."""
        names: dict[str, Value] = {}
        for name in (*one["names"], *other["names"]):
            first, second = (side["names"].get(name, _MISSING) for side in (one, other))
            names[name] = united(first, second, reason)
        self.restore({**other, "names": names, "starred": [*one["starred"], *other["starred"]]})


def united(one: Value, other: Value, reason: str) -> Value:
    """Return what two branches agree on, `Unknown` where they do not."""
    if same(one, other):
        return one
    if isinstance(one, Imported) and isinstance(other, Imported):
        # ``try: from tensorflow import keras``, ``except: import keras`` mean the same.
        paths = keras_path(one.path), keras_path(other.path)
        if paths[0] and paths[1] and paths[0][1] == paths[1][1]:
            return one
    return Unknown(reason)
