"""Functions read, with what their names stand for."""

import functools
import inspect
import types
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nbdiag.syntax.effects.attributes import attribute, content_of, values_of
from nbdiag.syntax.effects.libraries import (
    CHANGING,
    act_of_function,
    act_of_method,
    is_builtin,
    is_class_of_user,
    is_computing,
    is_of_user,
    is_read,
)
from nbdiag.syntax.effects.namespace import Acts, Named
from nbdiag.syntax.effects.scope import Scope
from nbdiag.syntax.effects.value_sets import MADE, UNKNOWN, Value, either, entries, holding, known
from nbdiag.syntax.effects.without_text import act_without_text
from nbdiag.syntax.text.function_tree import tree_of

# Whoever calls more functions than that is not read to the end.
_MOST = 300
_MADE_OF = (
    list,
    tuple,
    set,
    dict,
    frozenset,
    zip,
    enumerate,
    reversed,
    map,
    filter,
    sorted,
    iter,
)


@dataclass(frozen=True)
class Effects:
    """What calling functions would change beside their results.

    Attributes
    ----------
    act
        "Count.call changes calls", the first that is found; None when nothing.
    attributes
        Attributes of objects that are set, and can be put back: the object and the name.
    counts
        "Count.call counts in self.calls": that one of them gets a value from the one before.
    """

    act: str | None
    attributes: tuple[tuple[Any, str], ...] = ()
    counts: str | None = None


def effects_of(functions: Iterable[Callable[..., Any]]) -> Effects:
    """Find what calling some functions would change beside their results.

    Parameters
    ----------
    functions
        Functions, methods and callable objects that are called with new arguments.
    """
    reader = Reader()
    try:
        for function in functions:
            reader.call(function, [], [])
    except Acts as acts:
        return Effects(str(acts))
    except RecursionError:
        return Effects("the code is nested too deeply to be read")
    return Effects(None, tuple(reader.attributes.values()), reader.counts)


class Reader:
    """Reads functions and those that they call, each once for what it is called with."""

    def __init__(self) -> None:
        self._results: dict[tuple[Any, ...], Value] = {}
        self._held: list[Any] = []
        self.attributes: dict[tuple[int, str], tuple[Any, str]] = {}
        self.counts: str | None = None

    def note_attribute(self, owner: Any, name: str) -> None:
        """Note an attribute that is set and can be put back."""
        self.attributes[id(owner), name] = (owner, name)

    def note_count(self, act: str) -> None:
        """Note that an attribute gets a value from the one before."""
        self.counts = act

    def call(self, callee: Any, given: Sequence[Value], named: Named) -> Value:
        """Read a call of an object.

        Raises
        ------
        Acts
            When it would change something.
        """
        if isinstance(callee, types.MethodType):
            return self._call_method(callee, given, named)
        if isinstance(callee, types.FunctionType):
            if is_read(callee):
                return self._run(callee, given, named)
            return self._call_library(callee, given, named)
        if isinstance(callee, functools.partial):
            before = [known(item) for item in callee.args]
            kept = [(name, known(item)) for name, item in callee.keywords.items()]
            return self.call(callee.func, [*before, *given], [*kept, *named])
        if isinstance(callee, type):
            return self._make(callee, given, named)
        owner = getattr(callee, "__self__", None) if is_builtin(callee) else None
        if owner is not None and not isinstance(owner, types.ModuleType):
            return self._call_builtin_method(owner, callee.__name__, given, named)
        if is_builtin(callee):
            return self._call_library(callee, given, named)
        return self._call_object(callee, given, named)

    def use(self, owner: Any, *names: str) -> None:
        """Read what an object of the user's does when it is used by Python's own syntax."""
        if not isinstance(owner, type) and is_class_of_user(type(owner)):
            for name in names:
                for function in attribute(type(owner), name).objects:
                    if isinstance(function, types.FunctionType):
                        self.call(types.MethodType(function, owner), [], [])

    def _call_method(self, callee: types.MethodType, given: Sequence[Value], named: Named) -> Value:
        function, owner = callee.__func__, callee.__self__
        if is_builtin(function):
            return self._call_builtin_method(owner, function.__name__, given, named)
        if not isinstance(function, types.FunctionType):
            return self.call(function, [known(owner), *given], named)
        if is_of_user(function.__code__):
            return self._run(function, [known(owner), *given], named)
        self._require_pure(act_of_method(owner, function.__name__, function))
        self._call_library(function, given, named)
        return entries(known(owner)) if function.__name__ in ("get", "values", "items") else MADE

    def _call_builtin_method(
        self, owner: Any, name: str, given: Sequence[Value], named: Named
    ) -> Value:
        self._require_pure(act_of_method(owner, name))
        self.hand_over(given, named)
        if isinstance(owner, dict | list | tuple) and name in ("get", "values", "items", "copy"):
            found = entries(known(owner))
            return found if name == "get" else holding([found])
        return MADE

    def _call_library(self, callee: Any, given: Sequence[Value], named: Named) -> Value:
        """Read a call of a function that is not the user's, but may hold or get one that is."""
        name = getattr(callee, "__name__", "")
        self._require_pure(act_of_function(callee))
        if name in CHANGING and any(value.lasting for value in given[:1]):
            raise Acts(f"calls {name} on what was there before")
        self.hand_over(given, named)
        for cell in getattr(callee, "__closure__", None) or ():
            held = content_of(cell)
            if isinstance(held, types.FunctionType) and is_of_user(held.__code__):
                self.call(held, given, named)
        if callee is vars:
            return either(given)
        return holding(entries(value) for value in given) if callee in _MADE_OF else MADE

    def _make(self, kind: type, given: Sequence[Value], named: Named) -> Value:
        if kind in _MADE_OF:
            self.hand_over(given, named)
            return holding(entries(value) for value in given)
        if kind is super or kind is type:
            return MADE
        if not is_class_of_user(kind):
            return self._call_library(kind, given, named)
        self.hand_over(given, named)
        # Which methods of a new object are called, its class alone knows.
        for base in kind.__mro__:
            for function in vars(base).values():
                inner = getattr(function, "__func__", getattr(function, "fget", function))
                if isinstance(inner, types.FunctionType) and is_of_user(inner.__code__):
                    self.call(inner, [], [])
        return MADE

    def _call_object(self, callee: Any, given: Sequence[Value], named: Named) -> Value:
        self.hand_over(given, named)
        # What TensorFlow made a graph of, what a cache keeps results of.
        held = values_of(callee)
        wrapped = held.get("_python_function", held.get("__wrapped__"))
        if wrapped is not None:
            return self.call(wrapped, given, named)
        if is_class_of_user(type(callee)):
            # A layer's __call__ is Keras' own, and calls these.
            names = ("__call__", "call", "compute_mask", "forward")
            results = [
                self.call(function, given, named)
                for name in names
                for function in attribute(callee, name).objects
            ]
            return either(results)
        if not is_computing(callee):
            raise Acts(f"calls a {type(callee).__name__}")
        self.read_parts(callee)
        return MADE

    def read_parts(self, owner: Any) -> None:
        """Read functions of the user's that an object of a library holds: an activation."""
        for value in values_of(owner).values():
            if is_callable_of_user(value):
                self.call(value, [], [])

    def hand_over(self, given: Iterable[Value], named: Named) -> None:
        """Read what a call of somebody else's may do with its arguments: write, loop, call."""
        if any(value.lasting for name, value in named if name == "out"):
            raise Acts("writes to an array that was there before")
        for value in [*given, *(value for _, value in named)]:
            for item in (*value.objects, *value.items):
                self.iterate(item)
                if is_callable_of_user(item):
                    self.call(item, [], [])

    def iterate(self, item: Any) -> None:
        """Read a loop over an object: of an iterator it leaves less."""
        if isinstance(item, type):
            return
        kind = type(item)
        if hasattr(kind, "__next__") and not kind.__module__.startswith("tensorflow"):
            raise Acts(f"reads on in a {kind.__name__}")
        self.use(item, "__iter__")

    def _run(self, function: types.FunctionType, given: Sequence[Value], named: Named) -> Value:
        code = function.__code__
        arguments = _bind(function, given, named)
        places = [
            (name, tuple(map(id, value.objects)), tuple(map(id, value.items)), value.lasting)
            for name, value in sorted(arguments.items())
        ]
        key = (id(function), *places)
        if key in self._results:
            return self._results[key]
        if len(self._results) >= _MOST:
            raise Acts("calls too many functions to read them all")
        # A function that calls itself is read once; what it returns is not known yet.
        self._results[key] = MADE
        self._held.append((function, arguments))
        tree = tree_of(code)
        if tree is None:
            self._run_without_text(function)
            return UNKNOWN
        try:
            result = Scope(self, tree, function, arguments).run(tree)
        except Acts as acts:
            raise _placed(acts, code) from None
        self._results[key] = result
        return result

    def _run_without_text(self, function: types.FunctionType) -> None:
        code = function.__code__
        act = act_without_text(code)
        if act is not None:
            raise _placed(Acts(act), code)
        for name in code.co_names:
            found = function.__globals__.get(name)
            if is_callable_of_user(found):
                self.call(found, [], [])
        for cell in function.__closure__ or ():
            held = content_of(cell)
            if is_callable_of_user(held):
                self.call(held, [], [])

    def _require_pure(self, act: str | None) -> None:
        if act is not None:
            raise Acts(act)


def is_callable_of_user(value: Any) -> bool:
    """Whether a value is a function of the user's, or can be called as one."""
    if isinstance(value, types.MethodType):
        value = value.__func__
    if isinstance(value, types.FunctionType):
        return is_of_user(value.__code__)
    if isinstance(value, functools.partial):
        return is_callable_of_user(value.func)
    if isinstance(value, type):
        return False
    if is_class_of_user(type(value)):
        return any("__call__" in vars(kind) for kind in type(value).__mro__)
    # What TensorFlow made a graph of.
    inner = values_of(value).get("_python_function")
    return isinstance(inner, types.FunctionType) and is_of_user(inner.__code__)


def _bind(function: types.FunctionType, given: Sequence[Value], named: Named) -> dict[str, Value]:
    """Find what each parameter of a function gets."""
    code = function.__code__
    count = code.co_argcount
    parameters = code.co_varnames[: count + code.co_kwonlyargcount]
    found = dict.fromkeys(parameters, MADE)
    defaults = function.__defaults__ or ()
    found |= {
        name: known(value)
        for name, value in zip(parameters[count - len(defaults) : count], defaults, strict=True)
    }
    found |= {name: known(value) for name, value in (function.__kwdefaults__ or {}).items()}
    found |= dict(zip(parameters[:count], given, strict=False))
    found |= {name: value for name, value in named if name in found}
    rest = code.co_varnames[len(parameters) :]
    if code.co_flags & inspect.CO_VARARGS:
        found[rest[0]] = holding(given[count:])
        rest = rest[1:]
    if code.co_flags & inspect.CO_VARKEYWORDS:
        found[rest[0]] = holding(value for name, value in named if name not in parameters)
    return found


def _placed(acts: Acts, code: types.CodeType) -> Acts:
    """Name the function that acts, if it is not named yet."""
    if acts.placed:
        return acts
    name = code.co_qualname.rpartition("<locals>.")[2]
    return Acts(f"{name} {acts}", placed=True)
