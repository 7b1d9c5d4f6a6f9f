"""The state of the user's objects, noted before a cell is run for a try and put back after it.

Whatever a cell can reach is followed: containers, arrays, tables, variables, layers and models,
objects of the user's classes. Each keeps its identity, so a model that two names share is shared
afterwards; nothing is pickled or built again, so models in any state can be noted.
"""

import random
import sys
import types
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from nbdiag.language import Reason
from nbdiag.syntax.effects.libraries import is_class_of_user, is_of_user

# Bytes of arrays and weights that are copied, and objects that are looked at.
MOST_BYTES = 500_000_000
MOST_OBJECTS = 400_000
_PLAIN = (str, int, float, bool, bytes, complex, type(None), types.ModuleType, np.generic)
_FOLLOWED = frozenset(["keras", "tf_keras", "sklearn"])

Undo = Callable[[], None]


class ObjectState:
    """What was noted of some objects and of all that they hold.

    Parameters
    ----------
    roots
        The objects.

    Raises
    ------
    nbdiag.language.Reason
        When they are too many or too large to be noted.
    """

    def __init__(self, roots: Iterable[Any]) -> None:
        self._undo: list[Undo] = []
        self._seen: dict[int, Any] = {}
        self._bytes = 0
        self._left = list(roots)
        while self._left:
            self._note(self._left.pop())

    def restore(self) -> None:
        """Put back what has changed since; what was noted stays noted."""
        for undo in self._undo:
            undo()

    def _follow(self, values: Iterable[Any]) -> None:
        self._left += [value for value in values if not isinstance(value, _PLAIN)]

    def _note(self, value: Any) -> None:
        if isinstance(value, _PLAIN) or id(value) in self._seen:
            return
        self._seen[id(value)] = value
        if len(self._seen) > MOST_OBJECTS:
            raise Reason("the session holds too many objects to put all of them back")
        # A proxy of TensorFlow's says that it is the dictionary that it wraps.
        kind = type(value)
        note = next((note for kinds, note in self._kinds() if issubclass(kind, kinds)), None)
        if note is not None:
            note(value)
        elif _is_pandas(value):
            self._note_table(value)
        elif _is_variable(value):
            self._note_variable(value)
        elif type(value).__module__.startswith("tensorflow."):
            self._note_tensorflow(value)
        elif _is_followed(value):
            self._note_attributes(value)

    def _kinds(self) -> tuple[tuple[Any, Callable[[Any], None]], ...]:
        return (
            ((list, deque), self._note_list),
            (dict, self._note_dict),
            (set, self._note_set),
            ((tuple, frozenset), self._follow),
            (np.ndarray, self._note_array),
            ((np.random.Generator, np.random.RandomState, random.Random), self._note_stream),
            (types.FunctionType, self._note_function),
            (types.MethodType, lambda value: self._follow([value.__self__, value.__func__])),
            (type, self._note_class),
        )

    def _note_list(self, value: Any) -> None:
        saved, base = [*value], list if isinstance(value, list) else deque
        if isinstance(value, list) and type(value) is not list:
            self._note_attributes(value)

        def undo() -> None:
            if len(value) != len(saved) or any(map(_is_another, value, saved)):
                base.clear(value)
                base.extend(value, saved)

        self._undo.append(undo)
        if not set(map(type, saved)) <= set(_PLAIN):
            self._follow(saved)

    def _note_dict(self, value: Any) -> None:
        saved: dict[Any, Any] = {}
        dict.update(saved, value)
        base: Any = OrderedDict if isinstance(value, OrderedDict) else dict
        if type(value) not in (dict, OrderedDict):
            self._note_attributes(value)

        def undo() -> None:
            if _differs(value, saved):
                base.clear(value)
                base.update(value, saved)

        self._undo.append(undo)
        self._follow(saved.values())

    def _note_set(self, value: Any) -> None:
        saved = {*value}

        def undo() -> None:
            if set.__ne__(value, saved):
                set.clear(value)
                set.update(value, saved)

        self._undo.append(undo)
        self._follow(saved)

    def _note_array(self, value: Any) -> None:
        if not value.flags.writeable:
            return
        self._take(value.nbytes)
        saved, shape = value.copy(), value.shape

        def undo() -> None:
            if value.shape != shape:
                value.resize(shape, refcheck=False)
            value[...] = saved

        self._undo.append(undo)
        if value.dtype == object:
            self._follow(value.reshape(-1).tolist())

    def _note_table(self, value: Any) -> None:
        # What pandas copies on writing costs nothing yet; a write through NumPy needs a copy.
        manager = getattr(value, "_mgr", None)
        if manager is None:
            return
        self._note_attributes(value)
        saved = value.copy(deep=True)
        self._take(int(np.sum(value.memory_usage())))
        self._undo.append(lambda: object.__setattr__(value, "_mgr", saved.copy()._mgr))  # noqa: SLF001

    def _note_stream(self, value: Any) -> None:
        if isinstance(value, random.Random):
            state: Any = value.getstate()
            self._undo.append(lambda: value.setstate(state))
        elif isinstance(value, np.random.RandomState):
            state = value.get_state()
            self._undo.append(lambda: value.set_state(state))
        else:
            state = value.bit_generator.state
            self._undo.append(lambda: setattr(value.bit_generator, "state", state))

    def _note_function(self, value: types.FunctionType) -> None:
        if not is_of_user(value.__code__):
            return
        self._follow([*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()])
        self._note(vars(value))
        for cell in value.__closure__ or ():
            try:
                held = cell.cell_contents
            except ValueError:  # empty
                continue
            self._undo.append(partial(setattr, cell, "cell_contents", held))
            self._follow([held])

    def _note_class(self, value: type) -> None:
        if not is_class_of_user(value):
            return
        saved = dict(vars(value))

        def undo() -> None:
            for name in vars(value).keys() - saved.keys():
                delattr(value, name)
            for name, item in saved.items():
                if vars(value).get(name) is not item and name not in ("__dict__", "__weakref__"):
                    setattr(value, name, item)

        self._undo.append(undo)
        self._follow(saved.values())

    def _note_variable(self, value: Any) -> None:
        try:
            saved = value.numpy()
        except Exception:  # noqa: BLE001 - of a graph, or not made yet: nothing to put back
            return
        self._take(getattr(saved, "nbytes", 0))

        def undo() -> None:
            if not np.array_equal(value.numpy(), saved):
                value.assign(saved)

        self._undo.append(undo)

    def _note_tensorflow(self, value: Any) -> None:
        """Note what TensorFlow wraps around containers that a layer keeps."""
        if "data_structures" in type(value).__module__:
            self._note_attributes(value)
        inner = getattr(value, "__wrapped__", None)
        if isinstance(inner, dict | list | tuple):
            self._note(inner)

    def _note_attributes(self, value: Any) -> None:
        held = getattr(value, "__dict__", None)
        if not isinstance(held, dict):
            return
        saved = dict(held)

        def undo() -> None:
            if _differs(held, saved):
                held.clear()
                held.update(saved)

        self._undo.append(undo)
        self._follow(saved.values())

    def _take(self, size: int) -> None:
        self._bytes += size
        if self._bytes > MOST_BYTES:
            raise Reason("the session holds too much data to put all of it back")


def _is_another(one: Any, other: Any) -> bool:
    return one is not other


def _differs(held: dict[Any, Any], saved: dict[Any, Any]) -> bool:
    if len(held) != len(saved):
        return True
    return any(
        key is not old or dict.__getitem__(held, key) is not saved[old]
        for key, old in zip(dict.keys(held), saved, strict=True)
    )


def _is_pandas(value: Any) -> bool:
    kind = type(value)
    root = kind.__module__.partition(".")[0]
    return root == "pandas" and kind.__name__ in ("DataFrame", "Series")


def _is_variable(value: Any) -> bool:
    core = sys.modules.get("tensorflow")
    return core is not None and isinstance(value, core.Variable)


def _is_followed(value: Any) -> bool:
    kind = type(value)
    return kind.__module__.split(".")[0] in _FOLLOWED or is_class_of_user(kind)
