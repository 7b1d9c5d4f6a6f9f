"""A training made again on live objects: a new model, compiled, and arguments for ``fit``."""

from typing import Any

import numpy as np

from nbdiag.capture.state_guard import preserve_state
from nbdiag.edits.live.edits import UNCHANGED, CannotRebuild, LiveEdits
from nbdiag.trial.seeding import seed_inside
from nbdiag.trial.setup.compile import compile_arguments
from nbdiag.trial.setup.fit_arguments import Arguments, fit_arguments, row_count, take
from nbdiag.trial.setup.input_scaling import scaling_layers
from nbdiag.trial.setup.layers import Rebuilder
from nbdiag.trial.setup.split import on_sides
from nbdiag.trial.setup.train_step import use_own_step
from nbdiag.trial.setup.training import Setup, setup_of

__all__ = ["CannotRebuild", "Setup", "rebuild", "setup_of"]


def rebuild(setup: Setup, edits: LiveEdits = UNCHANGED, seed: int | None = None) -> Setup:
    """Make a training again from the same description, with what should differ.

    Nothing of the given setup is touched: not its model, its arrays or its callbacks, and no
    random stream or name counter moves.

    Parameters
    ----------
    setup
        The training as it was set up.
    edits
        What should differ; nothing for a plain copy.
    seed
        Seeds the new weights; None draws as a new cell would.

    Returns
    -------
    Setup
        A new model with fresh weights, compiled, and the arguments to fit it with.

    Raises
    ------
    CannotRebuild
        When a faithful copy cannot be made, with the reason.

    Notes
    -----
    Layers that training does not change (frozen ones, adapted ones) keep their weights. Samples
    take their side of the split first; then they are encoded, scaled and shuffled before the model
    is made; a standardisation of the inputs adapts to the samples as ``fit`` will see them.
    """
    with preserve_state(runs_user_code=True):
        if seed is not None:
            seed_inside(seed)
        arguments = fit_arguments(on_sides(setup.fit_arguments, edits), edits)
        scalers = scaling_layers(edits.scalings, setup.model, arguments)
        model = Rebuilder(edits, scalers).model(setup.model, lambda: _first(arguments))
        given = compile_arguments(setup.model, edits, setup.learning_rate)
        try:
            model.compile(**given)
        except Exception as problem:
            raise CannotRebuild(
                "the copy of {kind} cannot be compiled: {problem}",
                kind=type(setup.model).__name__,
                problem=problem,
            ) from problem
    use_own_step(model)
    return Setup(model, arguments)


def _first(arguments: Arguments) -> Any:
    """Return the inputs of one sample."""
    if not row_count(arguments.get("x")):
        raise CannotRebuild("no sample was seen of the data")
    return take(arguments["x"], np.arange(1))
