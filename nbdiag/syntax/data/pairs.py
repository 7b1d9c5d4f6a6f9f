"""Inputs and labels of two data sets that are joined after each was shuffled separately."""

import ast
from dataclasses import dataclass

from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import argument
from nbdiag.syntax.data.pipelines import Pipelines, Step, set_argument, site_of_node

# What reads a folder in a random order, unless it is asked not to.
_FOLDERS = frozenset({"image_dataset_from_directory", "audio_dataset_from_directory"})
_PLACE_OF_SEED = 1


@dataclass(frozen=True)
class Pairs:
    """A ``zip`` of data sets of which at least one has an order that the others do not have.

    Attributes
    ----------
    step
        The call of ``zip``.
    shuffles
        What gives them their orders.
    changes
        What shuffles the pairs instead, or gives both the same order; empty where the text does
        not show how.
    """

    step: Step
    shuffles: tuple[Step, ...]
    changes: tuple[WriteInPlace, ...]


def zipped_out_of_order(run: TrainingRun) -> Pairs | None:
    """Find a ``zip`` in the training data that joins what was shuffled separately.

    Two shuffles with the same size of the buffer and the same seed draw the same order, and so do
    two folders that are read with the same seed.
    """
    pipelines = Pipelines(run)
    for step in pipelines.of_fit("x"):
        if step.name != "zip":
            continue
        branches = pipelines.branches(step)
        # A function that is called twice makes two data sets, though its text is one.
        above = [
            {id(item.node) for item in branch if item.given.inside is step.given.inside}
            for branch in branches
        ]
        shared = set.intersection(*above) if above else set()
        own = [
            tuple(item for item in branch if _draws(item) and id(item.node) not in shared)
            for branch in branches
        ]
        orders = {tuple(_order(item) for item in branch) for branch in own}
        seeded = all(seed is not None for order in orders for *_, seed in order)
        if len(own) > 1 and any(own) and not (len(orders) == 1 and seeded):
            shuffles = tuple(item for branch in own for item in branch)
            return Pairs(step, shuffles, _changes(run, step, shuffles))
    return None


def _draws(step: Step) -> bool:
    """Whether a step puts samples in a random order."""
    if step.name in _FOLDERS:
        given = argument(step.node, -1, "shuffle")
        return not (isinstance(given, ast.Constant) and given.value is False)
    return step.name == "shuffle" and isinstance(step.node.func, ast.Attribute)


def _order(step: Step) -> tuple[str, str, str | None]:
    """Return what decides about an order: the step, the size of its buffer, and its seed."""
    folder = step.name in _FOLDERS
    seed = argument(step.node, -1 if folder else _PLACE_OF_SEED, "seed")
    seedless = seed is None or (isinstance(seed, ast.Constant) and seed.value is None)
    size = None if folder else argument(step.node, 0, "buffer_size")
    return (
        step.name,
        "" if size is None else ast.unparse(size),
        None if seedless or seed is None else ast.unparse(seed),
    )


def _changes(
    run: TrainingRun, joined: Step, shuffles: tuple[Step, ...]
) -> tuple[WriteInPlace, ...]:
    """Take the shuffles out and shuffle the pairs; read folders with one seed."""
    if all(item.name in _FOLDERS for item in shuffles):
        seeds = [set_argument(run, item, "seed", "0") for item in shuffles]
        return tuple(item for item in seeds if item is not None) if all(seeds) else ()
    methods = [item.node.func for item in shuffles]
    plain = isinstance(joined.node.func, ast.Attribute)
    if not plain or any(item.name in _FOLDERS for item in shuffles):
        return ()
    found: dict[WriteInPlace, None] = {}
    for step, method in zip(shuffles, methods, strict=True):
        if isinstance(method, ast.Attribute):
            written = site_of_node(run, step, step.node, after=method.value)
            if written is None:
                return ()
            found[WriteInPlace(*written, "")] = None
    end = site_of_node(run, joined, joined.node, after=joined.node)
    size = argument(shuffles[0].node, 0, "buffer_size")
    if end is None or size is None:
        return ()
    return (*found, WriteInPlace(*end, f".shuffle({ast.unparse(size)})"))
