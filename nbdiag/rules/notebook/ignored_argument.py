"""NBD705: an argument that nobody reads."""

from collections.abc import Iterator
from dataclasses import replace

from nbdiag.language import say
from nbdiag.rules.base import Rule
from nbdiag.schema.finding import Aspect, Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in
from nbdiag.syntax.text.nodes import code_of
from nbdiag.syntax.values import constant_of

STREAMS = ("tf.data", "generator", "PyDataset")
WORDS = ("n_epoch", "n_epochs", "nb_epoch", "nb_epochs", "num_epoch", "num_epochs", "epoch")


class IgnoredArgument(Rule):
    """An argument was given that nobody reads.

    What it finds
    -------------
    A call in the watched cell with ``n_epoch``, ``nb_epoch``, ``num_epochs`` or the like, while
    ``fit`` ran a single epoch and was given no ``epochs``. Also what ``fit`` itself passes over
    without a word: ``batch_size`` beside a data set or a generator, and ``validation_split``
    beside ``validation_data``.

    Why it hurts
    ------------
    A wrapper that takes ``**kwargs`` swallows a misspelt argument without a word. One epoch is run
    instead of twenty, and the model looks as if it could not learn. A data set is batched already,
    so a ``batch_size`` that you tune changes nothing; and with ``validation_data`` no row is held
    out, whatever share ``validation_split`` names.

    Example
    -------
    ::

        train(model, x, y, n_epoch=20)         # train passes only epochs on

    Use instead
    -----------
    ::

        train(model, x, y, epochs=20)

    Fix safety
    ----------
    display: the call is your own function's, and only you know what it passes on; and of two
    arguments that say different things only you know which was meant.

    Thresholds and their source
    ---------------------------
    The name, a whole number above 1, and one epoch run. Field report 004: ``n_epoch=20`` ran
    one epoch. Of what ``fit`` passes over: information, for the training is a sound one. Measured
    with Keras 3.15: four batches of 32 stay four under ``batch_size=8``, and all 128 rows are
    trained on under ``validation_split=0.5`` beside ``validation_data``.

    References
    ----------
    Field report 004; Keras 2 renamed ``nb_epoch`` to ``epochs``.
    """

    code = "NBD705"
    name = "ignored-argument"
    aspect = "epochs"
    severity = "warning"
    confidence = "measured"
    explains = ("NBD304", "NBD301")
    supersedes = ("NBD210",)

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Read the cell's calls and compare them with what fit was given."""
        if run.error is not None:
            return
        yield from self._epochs(run)
        if run.fit.validation == "data" and run.fit.validation_split:
            yield self._split(run.fit.validation_split)
        if run.fit.input_kind in STREAMS and "batch_size" in run.fit.given:
            yield from self._batches(run)

    def _epochs(self, run: TrainingRun) -> Iterator[Finding]:
        if run.fit.epochs != 1 or "epochs" in run.fit.given:
            return
        for call in calls_in(run):
            for keyword in call.node.keywords:
                count = constant_of(keyword.value)
                if keyword.arg in WORDS and isinstance(count, int) and count > 1:
                    yield self._found(keyword.arg, count)
                    return

    def _found(self, word: str, count: int) -> Finding:
        message = say(
            "You wrote {argument}={count}, but fit ran one epoch: nothing reads an argument of "
            "that name. Keras calls it epochs.",
            argument=word,
            count=count,
        )
        evidence = Evidence("epochs run", "1", str(count), "fit")
        note = say("epochs={count} instead of {argument}={count}", count=count, argument=word)
        fix = Fix("Call it epochs", "display", (), note=note)
        return self.finding(message, (evidence,), (fix,))

    def _split(self, share: float) -> Finding:
        message = say(
            "fit has validation_data, so validation_split={share:g} is passed over: no sample is "
            "held out, and all of them are trained on.",
            share=share,
        )
        evidence = Evidence("samples held out", "0 %", f"{share:.0%}", "fit")
        note = say("validation_data is what is validated on; leave validation_split out")
        fix = Fix("Use one of the two", "display", (), note=note)
        return self._passed_over(message, evidence, fix, "split")

    def _batches(self, run: TrainingRun) -> Iterator[Finding]:
        given = _given_size(run)
        if given == "None":
            return
        message = say(
            "batch_size={size} is ignored: a data set or a generator is batched already.",
            size=given,
        )
        evidence = Evidence("what fit was given", run.fit.input_kind, say("arrays"), "fit")
        note = say(
            "dataset.unbatch().batch(…), or the size of the batches that your generator yields"
        )
        fix = Fix("Set the size where the batches are made", "display", (), note=note)
        yield self._passed_over(message, evidence, fix, "batch_size")

    def _passed_over(self, message: str, evidence: Evidence, fix: Fix, aspect: Aspect) -> Finding:
        """Make a finding that says nothing of how the training went."""
        found = self.finding(
            message, (evidence,), (fix,), aspect=aspect, severity="info", confidence="proven"
        )
        return replace(found, explains=(), supersedes=())


def _given_size(run: TrainingRun) -> str:
    """Return the text of the argument; a wrapper in the user's code may hide it."""
    for call in calls_in(run):
        size = call.argument(-1, "batch_size") if call.owner is not None else None
        if call.name == "fit" and size is not None:
            return code_of(size)
    return "…"
