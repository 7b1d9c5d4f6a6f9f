"""The steps of a data set's pipeline, followed through the names and functions of the cells."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import Call, WriteInPlace
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of, text_at
from nbdiag.syntax.calls import argument, calls_in, last_name, parsed
from nbdiag.syntax.data.meanings import DEFINITIONS, Meaning, Meanings, Place, chain, returned
from nbdiag.syntax.text.parsed_cell import ParsedCell

_DEEPEST = 24
# Arguments and receivers that a data set comes out of again.
_HOLDERS = frozenset({"zip", "concatenate", "sample_from_datasets", "choose_from_datasets"})
# What reads samples class by class, and shuffles them unless it is asked not to.
_FOLDERS = frozenset(
    {
        "image_dataset_from_directory", "text_dataset_from_directory",
        "audio_dataset_from_directory", "flow", "flow_from_directory", "flow_from_dataframe",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A call that makes or changes a data set: ``ds.shuffle(100)``.

    Attributes
    ----------
    call
        What is called, and where.
    given
        The expression that the call is a part of.
    """

    name: str
    node: ast.Call
    call: Call
    given: Meaning


class Pipelines:
    """The pipelines that the cells of a run write."""

    def __init__(self, run: TrainingRun) -> None:
        self._run = run
        self._meanings = Meanings((*run.earlier, run.cell))

    def of_fit(self, argument_name: str, part: int | None = None) -> tuple[Step, ...]:
        """Return the steps of what ``fit`` is given, from its last step to its source.

        Parameters
        ----------
        argument_name
            "x" or "validation_data".
        part
            Which element of a tuple is meant, None for all that is given.
        """
        place = 0 if argument_name == "x" else -1
        for found in calls_in(self._run):
            if found.name == "fit" and (given := found.argument(place, argument_name)) is not None:
                meaning = Meaning(given, Place(len(self._run.earlier), found.call.line))
                return tuple(self._steps(self._part(meaning, part), 0))
        return ()

    def _part(self, given: Meaning, part: int | None) -> Meaning:
        """Return an element of a tuple, or of a name that is bound to one."""
        if isinstance(given.node, ast.Name):
            bound = self._meanings.of(given.node.id, given.place, given.inside)
            given = bound if bound is not None and isinstance(bound.node, ast.Tuple) else given
        if part is None or not isinstance(given.node, ast.Tuple | ast.List):
            return given
        return replace(given, node=given.node.elts[part]) if given.node.elts else given

    def steps(self, node: ast.AST, place: Place) -> tuple[Step, ...]:
        """Return the steps of an expression, from its last step to its source."""
        return tuple(self._steps(Meaning(node, place), 0))

    def branches(self, step: Step) -> tuple[tuple[Step, ...], ...]:
        """Return the steps of each data set that a step joins: of both in ``zip((a, b))``."""
        given = step.node.args
        if len(given) == 1 and isinstance(given[0], ast.Tuple | ast.List):
            given = given[0].elts
        inside = step.given
        return tuple(tuple(self._steps(replace(inside, node=node), 0)) for node in given)

    def _steps(self, given: Meaning, depth: int) -> Iterator[Step]:
        if depth > _DEEPEST:
            return
        part: int | None = None
        for item in chain(given.node):
            if isinstance(item, ast.Subscript) and isinstance(item.slice, ast.Constant):
                part = item.slice.value if isinstance(item.slice.value, int) else None
            if isinstance(item, ast.Call):
                yield from self._step(item, given)
                if isinstance(item.func, ast.Name):
                    yield from self._inside(item, given, part, depth)
                if last_name(item) in _HOLDERS:
                    yield from self._given(item, given, depth)
            if isinstance(item, ast.Name):
                meaning = self._meanings.of(item.id, given.place, given.inside)
                if meaning is not None and not isinstance(meaning.node, DEFINITIONS):
                    yield from self._steps(meaning, depth + 1)

    def _step(self, node: ast.Call, given: Meaning) -> Iterator[Step]:
        cell = self._meanings.cells[given.place.cell]
        page, name = parsed(cell), last_name(node)
        if page is not None and name:
            column = page.column(node.lineno, node.col_offset)
            yield Step(name, node, Call(name, cell.number, node.lineno, column), given)

    def _inside(
        self, call: ast.Call, given: Meaning, part: int | None, depth: int
    ) -> Iterator[Step]:
        """Follow what a function of the cells returns, and what it is given."""
        function = self._meanings.of(last_name(call), given.place, given.inside)
        if function is None or not isinstance(function.node, DEFINITIONS):
            return
        value = returned(function.node, part)
        if value is not None:
            end = Place(function.place.cell, value.lineno)
            yield from self._steps(Meaning(value, end, function.node), depth + 1)
        yield from self._given(call, given, depth)

    def _given(self, call: ast.Call, given: Meaning, depth: int) -> Iterator[Step]:
        for item in call.args[:1]:
            elements = item.elts if isinstance(item, ast.Tuple | ast.List) else [item]
            for element in elements:
                yield from self._steps(Meaning(element, given.place, given.inside), depth + 1)


def reshuffled_split(run: TrainingRun) -> Step | None:
    """Find the shuffle above the split of both sides that draws another order for each pass.

    Returns
    -------
    Step or None
        None where the two sides do not come out of one such shuffle.
    """
    pipelines = Pipelines(run)
    validation = pipelines.of_fit("validation_data")
    above = {id(step.node) for step in validation}
    for step in pipelines.of_fit("x"):
        if step.name == "cache":
            return None  # what a cache holds keeps its order
        if step.name == "shuffle" and id(step.node) in above:
            return step if reshuffles(step.node) else None
    return None


def reshuffles(shuffle: ast.Call) -> bool:
    """Whether a shuffle of a data set draws another order for each pass over it."""
    given = argument(shuffle, 2, "reshuffle_each_iteration")
    return not (isinstance(given, ast.Constant) and given.value is False)


def unshuffled_source(run: TrainingRun) -> Step | None:
    """Find the call that makes the training data of a folder with ``shuffle=False``."""
    for step in Pipelines(run).of_fit("x"):
        given = argument(step.node, -1, "shuffle")
        if step.name in _FOLDERS and isinstance(given, ast.Constant) and given.value is False:
            return step
    return None


def set_argument(run: TrainingRun, step: Step, name: str, code: str) -> WriteInPlace | None:
    """Write an argument of a step by its name, None where the step has no arguments yet."""
    page = _page(run, step)
    named = {item.arg: item.value for item in step.node.keywords}
    values = [*step.node.args, *(item.value for item in step.node.keywords)]
    if page is None or not values:
        return None
    if name in named:
        old = named[name]
        return WriteInPlace(_site(step, page, old), page.text(old), code)
    last = max(values, key=lambda item: (item.end_lineno or 0, item.end_col_offset or 0))
    site = _site(step, page, last)
    after = replace(site, line=site.end_line, column=site.end_column)
    return WriteInPlace(after, "", f", {name}={code}")


def _page(run: TrainingRun, step: Step) -> ParsedCell | None:
    cells = (*run.earlier, run.cell)
    return next((parsed(cell) for cell in cells if cell.number == step.call.cell), None)


def _site(step: Step, page: ParsedCell, node: ast.expr) -> CallSite:
    end = node.end_lineno or node.lineno
    return CallSite(
        step.call.cell,
        node.lineno,
        page.column(node.lineno, node.col_offset),
        end,
        page.column(end, node.end_col_offset or 0),
    )


def site_of_node(
    run: TrainingRun, step: Step, node: ast.expr, *, after: ast.expr
) -> tuple[CallSite, str] | None:
    """Return what a node of a step has after another one of it, and its text.

    Returns
    -------
    tuple or None
        The place and the text from the end of ``after`` to the end of ``node``; None where the
        cell is not there, or a bracket stands between them.
    """
    cells = (*run.earlier, run.cell)
    cell = next((cell for cell in cells if cell.number == step.call.cell), None)
    if cell is None:
        return None
    inner, outer = site_of(cell, after), site_of(cell, node)
    site = replace(outer, line=inner.end_line, column=inner.end_column)
    text = text_at(cell, site)
    joined = node is after or text.lstrip().startswith(".")  # not: (data.cache()).shuffle(9)
    return (site, text) if joined else None


def place_before_batch(run: TrainingRun) -> CallSite | None:
    """Return where another step would be written before the training data are put into batches."""
    for step in Pipelines(run).of_fit("x"):
        method, page = step.node.func, _page(run, step)
        if step.name == "batch" and isinstance(method, ast.Attribute) and page is not None:
            site = _site(step, page, method.value)
            return replace(site, line=site.end_line, column=site.end_column)
    return None
