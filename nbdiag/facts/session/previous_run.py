"""The run that a run is compared with: the same training as it stood before."""

from hashlib import blake2b

from nbdiag.schema.run import PastRun, TrainingRun
from nbdiag.syntax.text.lines import split_lines, with_plain_ends

# A fix rewrites a few lines and may bring a model's definition along; the rest stays.
_KEPT = 0.5


def former(run: TrainingRun) -> PastRun | None:
    """Find the run before of the same training.

    It is the one that offered this very cell as its repair; else the newest one whose cell lives
    on in this one, at least half of its lines; else the newest that learnt from the same inputs or
    the same labels, or whose data are not known. Of a cell with several fits it is the fit with
    the same number.

    Returns
    -------
    PastRun or None
        None when the session has trained nothing like it.
    """
    texts = {cell.number: cell.source for cell in run.earlier}
    own = set(_lines(run.cell.source))
    written = mark_of(run.cell.source)
    kin = [item for item in run.previous if written in item.offers]
    kin = kin or [item for item in run.previous if _lives_on(_text(item, texts), own)]
    kin = kin or [item for item in run.previous if _same_data(item, run)]
    kin = kin or [item for item in run.previous if _unknown_data(item, run)]
    if not kin:
        return None
    fits = [item for item in reversed(kin) if item.cell == kin[-1].cell]
    return next((item for item in fits if item.fit == run.fit_number), fits[0])


def continues(past: PastRun, run: TrainingRun) -> bool:
    """Whether a run is of the same cell as an earlier one, edited or not, or of one it offered.

    Another training on the same data may be compared with it, but repairs nothing of it.
    """
    texts = {cell.number: cell.source for cell in run.earlier}
    own = set(_lines(run.cell.source))
    return mark_of(run.cell.source) in past.offers or _lives_on(_text(past, texts), own)


def mark_of(source: str) -> str:
    """Return a short digest of a cell's text, which identifies it when it runs again."""
    return blake2b(
        with_plain_ends(source).strip().encode(errors="replace"), digest_size=8
    ).hexdigest()


def _text(past: PastRun, texts: dict[int, str]) -> str:
    return past.source or texts.get(past.cell, "")


def _lives_on(source: str, lines: set[str]) -> bool:
    old = _lines(source)
    return bool(old) and sum(line in lines for line in old) >= _KEPT * len(old)


def _lines(source: str) -> list[str]:
    """Return the lines of code: no comments, and no magics, which all watched cells share."""
    lines = (line.strip() for line in split_lines(source))
    return [line for line in lines if any(map(str.isalnum, line)) and line[0] not in "#%!"]


def _same_data(past: PastRun, run: TrainingRun) -> bool:
    pairs = ((past.input_digest, run.data.inputs), (past.label_digest, run.data.labels))
    return any(digest and stats and stats[0].digest == digest for digest, stats in pairs)


def _unknown_data(past: PastRun, run: TrainingRun) -> bool:
    if past.input_digest or past.label_digest:
        return False
    shape = run.data.inputs[0].shape if run.data.inputs else None
    return past.input_shape is None or past.input_shape == shape
