"""What the user's training has reached, read as its copies are."""

from typing import Any

import numpy as np

from nbdiag.capture.state_guard import preserve_state
from nbdiag.trial.investigation.judgement import skill_of
from nbdiag.trial.proof import judged_samples
from nbdiag.trial.run import per_output, takes_logits, tasks_of
from nbdiag.trial.scores import read
from nbdiag.trial.setup.fit_arguments import as_array, row_count, take
from nbdiag.trial.setup.training import Setup

_AT_ONCE = 128  # samples


def own_skill(setup: Setup) -> float:
    """Return the skill of a trained model on the samples that its copies will be judged by.

    Raises
    ------
    CannotRebuild, CannotJudge
        When there are no such samples.
    """
    model = setup.model
    x, y = judged_samples(setup).of(setup.fit_arguments)
    with preserve_state(runs_user_code=True):
        outputs = _outputs(model, x)
    labels, known = per_output(model, y), per_output(model, setup.fit_arguments["y"])
    tasks = tasks_of(setup)
    readings = [
        read(
            task,
            as_array(labels[name]),
            outputs[name],
            np.unique(as_array(known[name])),
            logits=takes_logits(model, name),
        )
        for name, task in tasks.items()
    ]
    return skill_of(list(tasks.values()), readings)


def _outputs(model: Any, x: Any) -> dict[str, Any]:
    """Call the model on samples, without the functions that Keras would trace and keep."""
    count = row_count(x) or 0
    parts = [
        per_output(model, model(take(x, np.arange(begin, min(begin + _AT_ONCE, count)))))
        for begin in range(0, count, _AT_ONCE)
    ]
    return {name: np.concatenate([as_array(part[name]) for part in parts]) for name in parts[0]}
