"""Labels and predictions that come from two passes over a data set with a new order each time."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import shorten

from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import argument, last_name, parsed, statements
from nbdiag.syntax.data.meanings import Place, chain
from nbdiag.syntax.data.pipelines import Pipelines, Step, reshuffles, set_argument

# What reads a folder in a new order for each pass, unless it is asked not to shuffle.
_DATA_SETS = frozenset(
    {
        "image_dataset_from_directory",
        "text_dataset_from_directory",
        "audio_dataset_from_directory",
    }
)
_FLOWS = frozenset({"flow", "flow_from_directory", "flow_from_dataframe"})
_LABELS = frozenset({"classes", "labels"})
_COLLECTING = frozenset({"append", "extend", "add"})
_WHOLE = frozenset({"list", "tuple"})
_SHOWING = frozenset({"print", "display"})
_LONGEST = 60
Source = tuple[str, str]
"""Whether a value is "labels" or "predictions", and the name of the data set it came from."""


@dataclass(frozen=True)
class TwoPasses:
    """A comparison of labels with predictions of another pass.

    Attributes
    ----------
    data
        Name of the data set.
    comparison
        What compares them, as it is written.
    step
        What draws a new order for each pass.
    change
        What gives all passes one order, None where the text does not show how.
    """

    data: str
    comparison: str
    step: Step
    change: WriteInPlace | None


def compared_passes(run: TrainingRun) -> TwoPasses | None:
    """Find labels and predictions of two passes that the watched cell compares."""
    if "predict" not in run.cell.source:
        return None
    reader = _Reader(run)
    for statement in statements(run.cell):
        reader.read(statement)
    return reader.found


@dataclass
class _Reader:
    """Follows labels and predictions through the statements of the watched cell."""

    run: TrainingRun
    found: TwoPasses | None = None
    _holds: dict[str, frozenset[Source]] = field(default_factory=dict)
    _first: dict[str, ast.stmt] = field(default_factory=dict)

    def read(self, statement: ast.stmt) -> None:
        """Follow one statement, and those inside it."""
        for node in _expressions(statement):
            self._compare(node, statement)
            for _, data in self._sources(node):
                self._first.setdefault(data, statement)
        if isinstance(statement, ast.For):
            self._bind(statement.target, self._passed(statement.iter))
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._bind(target, self._sources(statement.value))
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            self._collect(statement.value)
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt) and not isinstance(statement, ast.FunctionDef):
                self.read(child)

    def _bind(self, target: ast.expr, sources: frozenset[Source]) -> None:
        for item in ast.walk(target):
            if isinstance(item, ast.Name):
                self._holds[item.id] = sources

    def _collect(self, call: ast.Call) -> None:
        """Add to a list what is appended to it."""
        holder = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(holder, ast.Name) and last_name(call) in _COLLECTING:
            given = frozenset().union(*map(self._sources, call.args))
            self._holds[holder.id] = self._holds.get(holder.id, frozenset()) | given

    def _sources(self, node: ast.AST) -> frozenset[Source]:
        """Find what an expression holds of labels and predictions."""
        if isinstance(node, ast.Name):
            return self._holds.get(node.id, frozenset())
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            labels = node.attr in _LABELS and not self._holds.get(node.value.id)
            return frozenset({("labels", node.value.id)}) if labels else self._sources(node.value)
        if isinstance(node, ast.Call) and last_name(node) == "predict":
            given = node.args[0] if node.args else None
            plain = isinstance(given, ast.Name) and not self._holds.get(given.id)
            return frozenset({("predictions", given.id)}) if plain else frozenset()  # type: ignore[union-attr]
        if isinstance(node, ast.Call) and last_name(node) in _WHOLE and node.args:
            return self._passed(node.args[0])
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            passed = frozenset().union(*(self._passed(item.iter) for item in node.generators))
            predicts = any(last_name(item) == "predict" for item in ast.walk(node.elt))
            return frozenset() if predicts else passed
        children = (self._sources(child) for child in ast.iter_child_nodes(node))
        return frozenset().union(*children)

    def _passed(self, iterated: ast.expr) -> frozenset[Source]:
        """Find what passes in a loop over an expression."""
        held = self._sources(iterated)
        if held:
            return held
        inner = iterated
        while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.args:
            inner = inner.args[0]  # list(ds), enumerate(ds)
        root = list(chain(inner))[-1]
        return frozenset({("labels", root.id)}) if isinstance(root, ast.Name) else frozenset()

    def _compare(self, node: ast.AST, statement: ast.stmt) -> None:
        """Look for a comparison in an expression."""
        for item in ast.walk(node):
            if self.found is not None:
                return
            sides: list[ast.expr] = []
            if isinstance(item, ast.Call) and last_name(item) not in _SHOWING:
                sides = [*item.args, *(word.value for word in item.keywords)]
            elif isinstance(item, ast.Compare):
                sides = [item.left, *item.comparators]
            held = [self._sources(side) for side in sides]
            for _, data in frozenset().union(*held):
                if {("labels", data)} in held and {("predictions", data)} in held:
                    self._judge(data, item, statement)

    def _judge(self, data: str, comparison: ast.AST, statement: ast.stmt) -> None:
        first = self._first.get(data, statement)
        place = Place(len(self.run.earlier), first.lineno)
        step = _new_order(Pipelines(self.run).steps(ast.Name(data, ast.Load()), place))
        if step is None:
            return
        if step.name in _FLOWS:
            change = set_argument(self.run, step, "shuffle", "False")
        else:
            change = self._cached(data, first)
        written = shorten(ast.unparse(comparison), _LONGEST, placeholder=" …")
        self.found = TwoPasses(data, written, step, change)

    def _cached(self, data: str, first: ast.stmt) -> WriteInPlace | None:
        """Keep the order of the first pass for those after it."""
        page = parsed(self.run.cell)
        if page is None:
            return None
        column = page.column(first.lineno, first.col_offset)
        site = CallSite(self.run.cell.number, first.lineno, column, first.lineno, column)
        return WriteInPlace(site, "", f"{data} = {data}.cache()\n{' ' * column}")


def _new_order(steps: tuple[Step, ...]) -> Step | None:
    """Return what draws a new order for each pass, None where the order is always the same."""
    for step in steps:
        if step.name == "cache":
            return None
        if step.name == "shuffle":
            return step if reshuffles(step.node) else None
        if step.name in _DATA_SETS | _FLOWS:
            given = argument(step.node, -1, "shuffle")
            fixed = isinstance(given, ast.Constant) and given.value is False
            return None if fixed else step
    return None


def _expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr):
            yield child
