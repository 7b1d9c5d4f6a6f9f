"""NBD122: the loss is summed over the batch, and so is every step."""

from collections.abc import Iterator
from dataclasses import replace

from nbdiag.facts.model.outputs import Output
from nbdiag.facts.optimization.step_size import harm
from nbdiag.facts.optimization.updates import optimizer_of
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import known
from nbdiag.rules.head.outputs import HeadRule, loss_name
from nbdiag.schema.changes import SetLoss
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


class LossSummedOverTheBatch(HeadRule):
    """The loss is summed over the batch, and so is every step.

    What it finds
    -------------
    One of Keras' losses with ``reduction="sum"`` under plain gradient descent without clipping.

    Why it hurts
    ------------
    A mean over the batch is what learning rates are made for. The sum over 32 rows is 32 times as
    long, and so is each plain step: a rate of 0.01 works like 0.32, and a larger batch, which
    should calm the training, makes it diverge.

    Example
    -------
    ::

        model.compile("sgd", keras.losses.MeanSquaredError(reduction="sum"))

    Use instead
    -----------
    ::

        model.compile("sgd", keras.losses.MeanSquaredError())

    Fix safety
    ----------
    review: with the mean the steps are shorter by the batch size.

    Thresholds and their source
    ---------------------------
    None for the pattern. Optimizers that divide the gradient by its own size take the same steps
    with either, and are left alone. An error where steps broke something
    (`nbdiag.facts.optimization.step_size.harm`) and nothing was learnt, a warning where little was;
    information otherwise.

    References
    ----------
    ``keras.losses.Loss``, argument ``reduction``; the check is one of TheDeepChecker's.
    """

    code = "NBD122"
    name = "loss-summed-over-the-batch"
    aspect = "loss"
    explains = (
        "NBD301", "NBD302", "NBD303", "NBD304", "NBD305", "NBD306", "NBD309", "NBD312", "NBD601",
        "NBD602", "NBD603", "NBD604", "NBD605",
    )  # fmt: skip

    def judge(self, run: TrainingRun, output: Output) -> Iterator[Finding]:
        """Look for a sum, and for what its steps broke."""
        name, optimizer = loss_name(output), known(optimizer_of(run))
        if isinstance(output.loss, Missing) or output.loss.reduction != "sum":
            return
        if optimizer.name != "sgd" or any(optimizer.config.get(clip) for clip in CLIPS):
            return
        if run.fit.batch_size == 1:
            return
        ending, broken = ending_of(run), harm(run)
        severity: Severity = "info"
        if broken and ending.verdict in ("failed", "fair"):
            severity = "error" if ending.verdict == "failed" else "warning"
        rows = run.fit.batch_size
        times = (
            say("as many times as a batch has samples") if isinstance(rows, Missing) else f"{rows}"
        )
        found = self.finding(
            say(
                "The loss of {output} is the sum over the batch, not the mean: each step of SGD "
                "is longer by the number of samples ({times}).",
                output=output.label,
                times=times,
            ),
            (
                Evidence("reduction of the loss", "sum", "sum_over_batch_size", "compile"),
                *broken[:1],
                *ending.evidence(),
            ),
            (
                Fix(
                    "Take the mean over the batch",
                    "review",
                    (SetLoss(name, output.from_logits, output.key),),
                ),
            ),
            severity=severity,
        )
        # The rate is as long as the sum makes it.
        yield found if severity == "info" else replace(found, supersedes=("NBD201", "NBD205"))
