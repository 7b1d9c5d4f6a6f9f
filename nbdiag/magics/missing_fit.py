"""What is said of a cell in which no ``fit`` was seen."""

import re

from nbdiag.language import later, say

NO_FIT = later(
    "nbdiag saw no call of fit in this cell. Put %%traindiag on the cell that calls model.fit(…)."
)
_AROUND = later(
    "nbdiag sees no fit in this cell: it trains with a custom loop. Put the loop into "
    "nbdiag.record(), and nbdiag reads the model, the batches and their losses as the steps "
    "pass by:"
)
_CODE = """\


    import nbdiag

    with nbdiag.record() as rec:
        {inside}
    rec.report"""
_ON_BATCH = "…                      # your loop, with its calls of train_on_batch"
_BY_STEP = """\
for x, y in batches:   # your loop
            …                  # your step, with its GradientTape
            rec.step(model, x, y, loss=loss)"""
_TAPE = re.compile(r"\bGradientTape\b|\.apply_gradients\(")
_BATCH = re.compile(r"\.train_on_batch\(")
_RECORDED = re.compile(r"\brecord\(")


def without_fit(source: str, *, stepped: bool) -> str | None:
    """Explain what to do when a cell called no ``fit``.

    Parameters
    ----------
    source
        The cell's text.
    stepped
        Whether an optimizer was seen to take steps, or ``train_on_batch`` was called.

    Returns
    -------
    str or None
        One paragraph and the lines to use; None when the cell records its loop already.
    """
    tape, on_batch = _TAPE.search(source), _BATCH.search(source)
    if not (stepped or tape or on_batch):
        return say(NO_FIT)
    if _RECORDED.search(source):
        return None
    return say(_AROUND) + _CODE.format(inside=_ON_BATCH if on_batch and not tape else _BY_STEP)
