"""Edits that may repair a cell that failed, the most plausible first; Keras judges them.

None of them is certain: each is tried on a few samples before it is shown. What the exception says
only puts them in order.

In reading order:

- ``possible_edit``: one edit
- ``word_edits``: a word, an argument, a class that was not called
- ``call_edits``: arguments of the failing call in another form
- ``layer_edits``: layers put in or set otherwise
- ``label_edits``: the loss, and the form of the labels
- ``input_edits``: the form of the inputs
- ``stream_edits``: data sets in batches, models built on their data
- ``state_edits``: the states of recurrent layers
- ``keras_names``: names of Keras, as the cells can write them
- ``class_edits``: attributes and constructors of custom classes
- ``function_edits``: the user's functions, layers and training steps
"""

from nbdiag.fixes.candidates.call_edits import call_edits
from nbdiag.fixes.candidates.class_edits import class_edits
from nbdiag.fixes.candidates.function_edits import function_edits
from nbdiag.fixes.candidates.input_edits import input_edits
from nbdiag.fixes.candidates.label_edits import label_edits
from nbdiag.fixes.candidates.layer_edits import layer_edits
from nbdiag.fixes.candidates.possible_edit import Candidate
from nbdiag.fixes.candidates.state_edits import state_edits
from nbdiag.fixes.candidates.stream_edits import stream_edits
from nbdiag.fixes.candidates.word_edits import word_edits
from nbdiag.schema.run import TrainingRun

__all__ = ["Candidate", "candidates_of"]

_GENERATORS = (
    word_edits,
    call_edits,
    label_edits,
    layer_edits,
    input_edits,
    stream_edits,
    state_edits,
    class_edits,
    function_edits,
)


def candidates_of(run: TrainingRun) -> tuple[Candidate, ...]:
    """Return the edits that may repair a run that failed, the most plausible first.

    Parameters
    ----------
    run
        The run; its exception, its shapes and its text are read.
    """
    if run.error is None:
        return ()
    found = [item for generate in _GENERATORS for item in generate(run)]
    # Changes that hold a dictionary have no hash.
    unique = {repr(item.changes): item for item in sorted(found, key=lambda item: -item.cost)}
    return tuple(sorted(unique.values(), key=lambda item: item.cost))
