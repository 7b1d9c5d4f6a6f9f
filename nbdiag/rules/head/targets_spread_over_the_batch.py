"""NBD124: a custom loss compares every target with every prediction of its batch."""

from collections.abc import Iterator

from nbdiag.facts.model.outputs import outputs_of
from nbdiag.facts.training.verdict import last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import call_at, site_of, text_of
from nbdiag.syntax.queries.own_step import Difference, difference_in_step

FLAT = 0.3  # spread of the predictions over that of the targets
STILL = 0.8  # last loss over the first


class TargetsSpreadOverTheBatch(Rule):
    """A custom loss compares every target with every prediction of its batch.

    What it finds
    -------------
    Targets of shape (n,) beside predictions of shape (n, 1), or the other way round, in a custom
    ``train_step`` or a subclass of ``Loss``, in a training whose loss hardly falls
    and whose predictions stay close together. Where the text of ``train_step`` subtracts the two as
    they are, the loss may fall: with targets far from zero it falls to that of their mean.

    Why it hurts
    ------------
    The difference of (n,) and (n, 1) is a table of n times n: each prediction is compared with all
    targets of the batch, and the best that it can be is their mean. Nothing raises. Keras' own
    losses bring both to one shape first; code that computes a loss by hand has to.

    Example
    -------
    ::

        def train_step(self, data):
            x, y = data                              # y: (n,)
            loss = tf.reduce_mean(tf.square(y - self(x)))    # self(x): (n, 1)

    Use instead
    -----------
    ::

        model.fit(x, y[:, None])

    Fix safety
    ----------
    review: the targets get the shape of the output; code that expects them flat has to follow.

    Thresholds and their source
    ---------------------------
    Predictions that spread less than 0.3 times as wide as the targets, and a loss that ends above
    0.8 times the first epoch's. Measured on two pairs of programs: 0.05 and 0.06 of the spread, and
    0.97 and 0.99 of the first loss; with one shape on both sides 0.99 and more, and 0.01 to 0.04.

    References
    ----------
    NumPy's rules of broadcasting; ``squeeze_or_expand_to_same_rank`` in
    keras/src/losses/loss.py.
    """

    code = "NBD124"
    name = "targets-spread-over-the-batch"
    aspect = "labels"
    severity = "error"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310", "NBD601")
    supersedes = ("NBD202", "NBD203", "NBD210", "NBD402")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare both shapes, then what came of it."""
        model = known(run.model)
        labels, probe = run.data.labels, last_probe(run)
        if len(labels) != 1 or probe is None or len(probe.outputs) != 1 or len(model.heads) != 1:
            return
        (target,), (seen,), shape = labels, probe.outputs, model.heads[0].shape
        if isinstance(shape, Missing) or {target.shape, shape} != {(), (1,)}:
            return
        if not (model.custom_train_step or _computes_by_hand(run)):
            return
        losses = run.history.epochs.get("loss", ())
        written = difference_in_step(run, model.class_name) if model.custom_train_step else None
        # Where the difference is written, the loss may fall: with targets far from zero it falls to
        # that of their mean.
        if len(losses) <= 1 or not (written or losses[-1] > STILL * losses[0]):
            return
        if not seen.spread < FLAT * target.std:
            return
        yield self.finding(
            say(
                "Your targets have the shape {targets} and the predictions {predictions}: a loss "
                "that is computed by hand compares each prediction with all targets of its batch, "
                "and the best it can find is their mean. Give both the same shape.",
                targets=_shape(target.shape),
                predictions=_shape(shape),
            ),
            (
                Evidence(
                    "spread of the predictions",
                    f"{seen.spread:.3g}",
                    say("near {spread:.3g}, as the targets", spread=target.std),
                    "last probe",
                ),
                *_course(losses),
            ),
            _fixes(run, written, flat=target.shape == ()),
        )


def _course(losses: tuple[float, ...]) -> tuple[Evidence, ...]:
    """Return the course of the loss; nothing for a loss that Keras did not keep."""
    if not any(losses):
        return ()
    return (Evidence("loss", f"{losses[0]:.4g} → {losses[-1]:.4g}", "falling", "history"),)


def _computes_by_hand(run: TrainingRun) -> bool:
    """Whether the loss is an object of a custom class: Keras squeezes for functions alone."""
    outputs = outputs_of(run)
    return not isinstance(outputs, Missing) and any(
        not isinstance(item.loss, Missing) and item.loss.custom and item.loss.written == "object"
        for item in outputs
    )


def _shape(shape: tuple[int | None, ...]) -> str:
    return "(n,)" if not shape else "(n, 1)"


def _fixes(run: TrainingRun, written: Difference | None, *, flat: bool) -> Iterator[Fix]:
    code = "y[:, None]" if flat else "y[:, 0]"
    if written is not None:
        code = code.replace("y", written.targets.id, 1)
    title = say("Give the targets the shape of the predictions: {code}", code=code)
    if written is not None and written.cell.number == run.cell.number:
        place = site_of(run.cell, written.targets)
        yield Fix(title, "review", (WriteInPlace(place, written.targets.id, code),))
        return
    code = "y[:, None]" if flat else "y[:, 0]"
    site = run.fit.site
    fit = None if isinstance(site, Missing) else call_at(run, run.cell, site)
    target = None if fit is None else fit.argument(1, "y")
    if target is None or run.fit.input_kind not in ("numpy", "tensor"):
        yield Fix(title, "display", (), note="Before fit, or in the code that computes the loss.")
        return
    text = text_of(run.cell, target)
    change = WriteInPlace(site_of(run.cell, target), text, code.replace("y", text, 1))
    yield Fix(title, "review", (change,))
