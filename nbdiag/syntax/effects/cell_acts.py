"""What a whole cell would do outside the kernel if it were run, without running it.

Reads what is written: a cell that is tried runs under guards as well, and what is not found here
is refused there.
"""

import ast
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nbdiag.language import later, say
from nbdiag.syntax.calls import last_name
from nbdiag.syntax.effects.libraries import is_class_of_user, is_of_user
from nbdiag.syntax.imports import Names, read_names
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.function_tree import tree_of
from nbdiag.syntax.text.nodes import is_bound
from nbdiag.syntax.text.parsed_cell import ParsedCell, parse_cell
from nbdiag.syntax.text.scopes import dotted

_KNOWN = frozenset(
    """
    keras tensorflow numpy pandas sklearn matplotlib scipy seaborn mpl_toolkits tqdm
    builtins math cmath operator functools itertools collections copy re string random time types
    typing dataclasses contextlib warnings abc numbers enum decimal fractions datetime json gc sys
    textwrap statistics bisect heapq pprint struct hashlib uuid platform __future__
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
_PATHS = ("os.path.", "os.getcwd", "os.environ.get", "os.getenv", "os.listdir", "os.cpu_count",
          "pathlib.Path", "glob.glob", "os.environ")  # fmt: skip
_WRITES = frozenset(
    """
    to_csv to_excel to_pickle to_json to_sql to_parquet to_hdf to_feather to_stata tofile savetxt
    savez savez_compressed savefig imsave save_img write_text write_bytes write_png write_jpeg
    write_file mkdir makedirs rmtree unlink rmdir plot_model model_to_dot urlopen urlretrieve
    get_file TFRecordWriter create_file_writer memmap start_server
    disable_eager_execution disable_v2_behavior enable_debug_mode set_visible_devices
    """.split()  # noqa: SIM905 - a name a line would fill the page
)
_PROGRAMS = frozenset(["system", "popen", "Popen", "fork", "spawn", "run_cell_magic", "run_cell"])
_ASKS = frozenset(["input", "breakpoint", "exit", "quit", "getpass"])
_HARMLESS = ("matplotlib", "config", "load_ext", "reload_ext", "time", "timeit",
             "tensorflow_version", "autoreload", "pylab", "precision", "traindiag")  # fmt: skip

FILES = later("the cell writes files")
PROGRAM = later("the cell starts another program")
ASKS = later("the cell asks its user")
READS_ON = later("{name} is read on, and nothing could put it back")
LIBRARY = later("the cell calls {name}, and what that changes is not known")


class _Acts(Exception):  # noqa: N818 - what is raised is what was found
    """Something that acts, in words."""


def act_of_cell(source: str, namespace: Mapping[str, Any]) -> str:
    """Find what a cell would do outside the kernel, in half a sentence.

    Parameters
    ----------
    source
        Its text.
    namespace
        The user's names.
    """
    try:
        page = parse_cell(source)
    except Refused as reason:
        return str(reason)
    try:
        _read_magics(page)
        _Reader(namespace).read(page.tree, read_names(page))
    except _Acts as acts:
        return str(acts)
    return ""


def _read_magics(page: ParsedCell) -> None:
    for line, masked in zip(page.source.split("\n"), page.masked.split("\n"), strict=True):
        if line == masked:
            continue
        text = line.strip()
        hidden = text.rpartition("=")[2].strip() if "=" in text and text[0] not in "!%" else text
        if hidden.startswith(("!", "%%")):
            if not hidden.startswith(("%%traindiag", "%%time", "%%capture")):
                raise _Acts(say(PROGRAM))
        elif hidden.startswith("%"):
            word = hidden[1:].split(maxsplit=1)[0] if hidden[1:].strip() else ""
            if word not in _HARMLESS or text != hidden:
                raise _Acts(say(LIBRARY, name=f"%{word}"))


class _Reader:
    """Reads a cell and the functions of the user's that it uses."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._read: set[int] = set()

    def read(self, tree: ast.AST, names: Names) -> None:
        """Read a text, and what its names stand for.

        Raises
        ------
        _Acts
            When it acts.
        """
        own = {node.id for node in ast.walk(tree) if is_bound(node)}
        own |= {item.name for item in ast.walk(tree) if isinstance(item, _DEFINED)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
                raise _Acts(say(LIBRARY, name="await"))
            if isinstance(node, ast.Call):
                self._read_call(node, names)
            elif isinstance(node, ast.Name) and node.id not in own:
                self._read_name(node.id)

    def _read_call(self, node: ast.Call, names: Names) -> None:
        name, path = last_name(node), self._path(node.func, names)
        if name in _ASKS and (path is None or "." not in path):
            raise _Acts(say(ASKS))
        if name in _PROGRAMS or name in ("exec", "eval", "__import__"):
            raise _Acts(say(PROGRAM))
        if name in _WRITES or (name == "open" and _opens_to_write(node)):
            raise _Acts(say(FILES))
        if path is None or path.startswith(_PATHS):
            return
        root = path.partition(".")[0]
        if name in ("save", "dump") and root in ("numpy", "json", "tensorflow"):
            raise _Acts(say(FILES))
        if root not in _KNOWN:
            raise _Acts(say(LIBRARY, name=path))

    def _path(self, node: ast.expr, names: Names) -> str | None:
        """Return the dotted path of what is called in its library, None for all else."""
        text = dotted(node)
        if text is None:
            return None
        first, _, rest = text.partition(".")
        value = self._namespace.get(first)
        if first in names.known and first not in names.taken:
            path: str | None = names.known[first]
        elif isinstance(value, types.ModuleType):
            path = value.__name__
        elif callable(value) and not rest and not _is_of_user(value):
            path = f"{getattr(value, '__module__', None) or 'builtins'}.{first}"
        else:
            return None
        root = (path or "").partition(".")[0]
        if isinstance(value, types.ModuleType) and root not in _KNOWN and _is_own_module(value):
            # A module beside the notebook is read like the notebook's own functions.
            self._read_value(getattr(value, rest.partition(".")[0], None), text)
            return None
        return f"{path}.{rest}" if rest else path

    def _read_name(self, name: str) -> None:
        if name in self._namespace:
            self._read_value(self._namespace[name], name)

    def _read_value(self, value: Any, name: str) -> None:
        if id(value) in self._read:
            return
        self._read.add(id(value))
        kind = type(value)
        if hasattr(kind, "__next__") and not kind.__module__.startswith(("tensorflow", "keras")):
            raise _Acts(say(READS_ON, name=name))
        if kind.__module__ == "_io" or isinstance(value, _AWAITED):
            raise _Acts(say(READS_ON, name=name))
        for function in _functions_of(value):
            tree = tree_of(function.__code__)
            if tree is not None and id(function.__code__) not in self._read:
                self._read.add(id(function.__code__))
                self.read(tree, Names())


_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_AWAITED = (types.CoroutineType, types.AsyncGeneratorType)


def _opens_to_write(node: ast.Call) -> bool:
    """Whether a call of ``open`` may write: it names a mode that does, or one that is computed."""
    given = [*node.args[1:2], *(item.value for item in node.keywords if item.arg == "mode")]
    return any(
        not isinstance(item, ast.Constant) or set(str(item.value)) & set("wax+") for item in given
    )


def _is_of_user(value: Any) -> bool:
    if isinstance(value, types.FunctionType):
        return is_of_user(value.__code__)
    return isinstance(value, type) and is_class_of_user(value)


def _is_own_module(module: types.ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and is_of_user((lambda: None).__code__.replace(co_filename=file))


def _functions_of(value: Any) -> Iterator[types.FunctionType]:
    """Yield the functions of the user's that belong to a value."""
    if isinstance(value, types.MethodType):
        value = value.__func__
    if isinstance(value, types.FunctionType):
        if is_of_user(value.__code__):
            yield value
        return
    kind = value if isinstance(value, type) else type(value)
    if is_class_of_user(kind):
        for base in kind.__mro__:
            if is_class_of_user(base):
                yield from _methods(vars(base).values())


def _methods(values: Iterable[Any]) -> Iterator[types.FunctionType]:
    for value in values:
        inner = getattr(value, "__func__", getattr(value, "fget", value))
        if isinstance(inner, types.FunctionType):
            yield inner
