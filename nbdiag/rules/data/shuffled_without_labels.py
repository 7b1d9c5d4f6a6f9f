"""NBD421: the inputs were shuffled, and the labels were not, or the other way round."""

from collections.abc import Iterator

from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule
from nbdiag.schema.changes import MakeAgain
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.data.shuffles import Torn, shuffled_alone


class ShuffledWithoutLabels(Rule):
    """The inputs were shuffled, and the labels were not, or the other way round.

    What it finds
    -------------
    A statement of the session that shuffles the array of inputs by itself, or that of labels, after
    both were made (``np.random.shuffle(x)``, ``rng.shuffle(y)``, ``x = rng.permutation(x)``), or
    that shuffles both, each by a separate draw.

    Why it hurts
    ------------
    A sample and its label belong together by their position alone. Once the positions differ, each
    sample has the label of another one: the labels are random, the loss stays at that of always
    predicting the same value, and a large model memorises them and fails on every new sample.

    Example
    -------
    ::

        np.random.shuffle(x)
        np.random.shuffle(y)

    Use instead
    -----------
    ::

        order = np.random.default_rng(0).permutation(len(x))
        x, y = x[order], y[order]

    Fix safety
    ----------
    review: the lines that make both come along, with one order in the place of the shuffles.
    Samples and labels cannot be matched again afterwards, so what was read from elsewhere has to
    be loaded again.

    Thresholds and their source
    ---------------------------
    The statement is found or not; a seed that is set again between two shuffles, and arrays that
    are made again after it, are taken into account. The text shows what was written and not what
    ran, so it is a suspicion: an error where nothing was learnt, a warning where little was, and
    information where the training works, which may mean that the samples are memorised.

    References
    ----------
    NumPy documentation of ``random.Generator.shuffle``: the array is changed in place.
    """

    code = "NBD421"
    name = "shuffled-without-labels"
    former_names = ("rows-torn-from-labels",)
    aspect = "labels"
    confidence = "suspected"
    explains = ("NBD302", "NBD304", "NBD308", "NBD309", "NBD310")
    supersedes = ("NBD203", "NBD210")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Read the cells, and let the ending say how much it matters."""
        found, ending = shuffled_alone(run), ending_of(run)
        if found is None or run.error is not None:
            return
        severity: Severity = "error" if ending.verdict == "failed" else "warning"
        if ending.works:
            severity = "info"
        message = say(
            "{code} shuffles '{shuffled}' without '{left}': samples and labels no longer belong "
            "together.",
            code=found.code,
            shuffled=found.shuffled,
            left=found.left,
        )
        if found.both:
            message = say(
                "{code} and the shuffle of '{left}' draw an order each: samples and labels no "
                "longer belong together.",
                code=found.code,
                left=found.left,
            )
        yield self.finding(
            message,
            (
                Evidence("statement", found.code, "one order for both", "your cells"),
                *ending.evidence(),
            ),
            (_fix(run, found),),
            severity=severity,
        )


def _fix(run: TrainingRun, found: Torn) -> Fix:
    """Shuffle both by one order; what was shuffled in place has to be made again for that."""
    title = say("Shuffle both by one order")
    if not found.changes or run.fit.input_kind not in ("numpy", "tensor"):
        note = say(
            "order = np.random.default_rng(0).permutation(len({x})); index both with it",
            x=found.shuffled,
        )
        return Fix(title, "display", (), note=note)
    return Fix(title, "review", (MakeAgain("data"), *found.changes))
