"""Whose a function is, and which functions and methods of others act."""

import functools
import random
import sys
import sysconfig
import types
from pathlib import PurePath
from typing import Any

# Packages that compute. What else is installed is there to act: it logs, draws, sends, stores.
_COMPUTING = frozenset(
    """
    keras tf_keras tensorflow numpy jax jaxlib torch scipy einops opt_einsum ml_dtypes optree tree
    tensorflow_probability keras_hub keras_nlp keras_cv keras_rs quantizers larq tensorflow_addons
    transformers nbdiag tensorflow_hub tensorflow_models
    builtins math cmath operator functools itertools collections copy re string random time types
    typing dataclasses contextlib warnings abc numbers enum inspect decimal fractions datetime json
    textwrap statistics bisect heapq _bisect _heapq _operator _functools _collections _random
    _warnings _contextvars contextvars weakref _weakref _abc struct _struct
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
# What Python itself has that acts.
_ACTING = frozenset(
    [
        "print",
        "open",
        "input",
        "exec",
        "eval",
        "breakpoint",
        "__import__",
        "compile",
        "exit",
        "quit",
    ]
)
# Of packages that compute, functions that write, and that move a generator of random numbers which
# nobody puts back.
_WRITING = (
    "print_v2", "write_file", "save", "savez", "savez_compressed", "savetxt", "tofile", "memmap",
    "save_model", "save_weights", "get_global_generator", "set_seed", "set_random_seed", "seed",
    "clear_session", "set_floatx", "set_epsilon", "setattr", "simplefilter", "filterwarnings",
)  # fmt: skip
# Functions that change what they are given.
CHANGING = frozenset(
    """
    setattr delattr next copyto put place putmask fill_diagonal at put_along_axis shuffle heappush
    heappop insort insort_left insort_right anext
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
# Methods that change what they belong to.
_METHODS = frozenset(
    """
    append appendleft extend extendleft insert add update pop popleft popitem remove discard clear
    setdefault sort reverse rotate write writelines fill put itemset partition resize setflags send
    throw close subtract intersection_update difference_update symmetric_difference_update
    move_to_end __setitem__ __delitem__ __iadd__ __setattr__ __delattr__ __next__ __ior__
    set_weights load_weights
    """.split()  # noqa: SIM905 - a name a line would fill the page
)


_INSTALLED = {"site-packages", "dist-packages"}
# Whose layers and arrays somebody else's classes may be kinds of.
_BASES = frozenset(["keras", "tf_keras", "tensorflow", "numpy", "jax", "torch"])


@functools.cache
def _libraries() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple({paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")})


def is_of_user(code: types.CodeType) -> bool:
    """Whether a function is written by the user: in a cell, or in a file that is not installed."""
    name = code.co_filename
    if _INSTALLED & set(PurePath(name).parts):
        return False
    return not name.startswith(("<frozen", *_libraries()))


def is_read(function: types.FunctionType) -> bool:
    """Whether a function is read: the user's, and of packages that may act or compute."""
    code = function.__code__
    root = str(function.__module__).split(".")[0]
    installed = bool(_INSTALLED & set(PurePath(code.co_filename).parts))
    return is_of_user(code) or (installed and root not in _COMPUTING)


def is_class_of_user(kind: type) -> bool:
    """Whether a class is written by the user, by the functions in it."""
    root = _root(kind)
    if root == "__main__" or root in _COMPUTING:
        return root == "__main__"
    module = sys.modules.get(kind.__module__)
    file = getattr(module, "__file__", None)
    if file is None:
        return root not in sys.builtin_module_names
    return is_of_user((lambda: None).__code__.replace(co_filename=str(file)))


def act_of_function(function: Any) -> str | None:
    """Return what a call of somebody else's function or class does beside computing."""
    name = getattr(function, "__name__", type(function).__name__)
    module = getattr(function, "__module__", None) or type(function).__module__
    root = str(module).split(".")[0]
    if root not in _COMPUTING or "summary" in str(module).split("."):
        return f"calls {module}.{name}"
    acts = name in _ACTING if root == "builtins" else name in _WRITING
    return f"calls {name}" if acts else None


def act_of_method(owner: Any, name: str, maker: Any = None) -> str | None:
    """Return what a method of somebody else's changes in its object.

    Parameters
    ----------
    owner, name
        The object and the method's name.
    maker
        The method's function, of which the object's class may be a subclass's of the user's.
    """
    kind = type(owner)
    root = str(getattr(maker, "__module__", None) or kind.__module__).split(".")[0]
    if _is_put_back(owner):
        return f"calls {name}" if name in _WRITING else None
    if kind.__module__.startswith("numpy.random") or (
        kind.__name__ == "Generator" and root == "tensorflow"
    ):
        return "draws from a generator of random numbers"
    if name in _METHODS or (root == "tensorflow" and name.startswith(("assign", "scatter"))):
        return f"changes a {kind.__name__}"
    return None if root in _COMPUTING else f"calls {name} of a {kind.__name__}"


def may_act(name: str) -> bool:
    """Whether a function or method of a name acts somewhere, whoever's it is."""
    return name in _ACTING or name in _WRITING or name in CHANGING or name in _METHODS


def is_computing(owner: Any) -> bool:
    """Whether an object is of a package that computes, or a layer or array of another one."""
    kinds = type(owner).__mro__
    return _root(kinds[0]) in _COMPUTING or any(_root(kind) in _BASES for kind in kinds)


def is_builtin(callee: Any) -> bool:
    """Whether a function is written in C, or compiled to it."""
    kinds = (
        types.BuiltinFunctionType,
        types.MethodWrapperType,
        types.MethodDescriptorType,
        types.WrapperDescriptorType,
    )
    return isinstance(callee, kinds) or type(callee).__name__ == "cython_function_or_method"


def changes_in_place(value: Any) -> bool:
    """Whether ``+=`` changes an object instead of making another one."""
    return type(value).__module__ == "numpy" or isinstance(value, list | set | dict | bytearray)


def _is_put_back(owner: Any) -> bool:
    """Whether an object is a stream of random numbers that is put back after a look."""
    numpy = sys.modules.get("numpy")
    return owner is getattr(random, "_inst", None) or (
        numpy is not None and owner is getattr(numpy.random.mtrand, "_rand", None)
    )


def _root(kind: type) -> str:
    return str(kind.__module__).split(".")[0]
