"""NBD316: a summed term of a custom loss drowns an averaged one, and nothing passes the code."""

import math
from collections.abc import Iterator

from nbdiag.facts.model.losses import canonical
from nbdiag.facts.model.losses import title as loss_title
from nbdiag.facts.training.verdict import last_probe
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of, text_of
from nbdiag.syntax.queries.loss_terms import Terms, summed_penalty, terms_of_unlike_size

ALIKE = 0.1  # spread of the outputs over that of the inputs
SPENT = 0.01  # of the averaged term


class TermDrownedByAnother(Rule):
    """A summed term of a custom loss drowns an averaged one, and all outputs become the same.

    What it finds
    -------------
    A custom ``train_step`` that adds two terms without weights, or an ``add_loss`` beside a loss of
    Keras, of which one is a sum over the values of a sample and the other one a mean over them. The
    training gave the sum all it wanted: the outputs are the same whatever the inputs are, or the
    divergence of the code ends at nearly 0.

    Why it hurts
    ------------
    A mean over 784 pixels is 784 times smaller than their sum. A reconstruction that is averaged
    cannot pay for a code whose divergence is summed: the best that the sum of both can be is a code
    that says nothing, and one average picture for every input. This is known as the collapse of the
    posterior; the loss falls and looks fine.

    Example
    -------
    ::

        rec = tf.reduce_mean(keras.losses.binary_crossentropy(x, out))
        kl = tf.reduce_mean(tf.reduce_sum(-0.5 * (1 + v - m**2 - tf.exp(v)), axis=1))
        total = rec + kl

    Use instead
    -----------
    ::

        rec = 784 * tf.reduce_mean(keras.losses.binary_crossentropy(x, out))

    Fix safety
    ----------
    review: the mean becomes the sum over the values of a sample. A smaller factor weighs the
    divergence more.

    Thresholds and their source
    ---------------------------
    Outputs that spread less than a tenth as wide as the inputs of the same shape, or a divergence
    below a hundredth of the averaged term. Measured on recorded programs: a spread of
    0.06 and a divergence of 0.0001 of the other term where the code has collapsed, 0.87 and 0.2
    where it carries something.

    References
    ----------
    Kingma, Welling (2014), Auto-encoding variational Bayes, eq. 10; Bowman et al. (2016),
    Generating sentences from a continuous space.
    """

    code = "NBD316"
    name = "term-drowned-by-another"
    aspect = "loss"
    severity = "error"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD304", "NBD309", "NBD310")
    supersedes = ("NBD202", "NBD203", "NBD210")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Read how the terms are made, then look for what came of it."""
        terms = terms_of_unlike_size(run, known(run.model).class_name)
        if terms is None:
            yield from self._penalty(run)
            return
        evidence = _same_outputs(run) or _spent(run, terms)
        if evidence is None:
            return
        width = _width(run)
        yield self.finding(
            say(
                "Your loss adds '{summed}', a sum over the values of a sample, and '{averaged}', a "
                "mean over them: the sum counts {width} times as much as it should, and the model "
                "gives up '{averaged}' for it. Its outputs do not depend on the inputs any more.",
                summed=terms.summed,
                averaged=terms.averaged,
                width=width,
            ),
            (evidence,),
            (_fix(run, terms, width),),
        )

    def _penalty(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge a sum that a layer adds to one of Keras' losses, which are means."""
        found, evidence = summed_penalty(run), _same_outputs(run)
        losses = () if isinstance(run.compile, Missing) else run.compile.losses
        if found is None or evidence is None or len(losses) != 1 or losses[0].custom:
            return
        cell, node = found
        width, text = _width(run), text_of(cell, node)
        title = say("Divide the penalty by {width}: a mean, too", width=width)
        change = WriteInPlace(site_of(cell, node), text, f"({text}) / {width}")
        here = cell.number == run.cell.number
        yield self.finding(
            say(
                "add_loss adds a sum over the values of a sample to {loss}, which is a mean over "
                "them: the sum counts {width} times as much as it should, and the model gives up "
                "the rest for it. Its outputs do not depend on the inputs any more.",
                loss=loss_title(canonical(losses[0])),
                width=width,
            ),
            (evidence,),
            (Fix(title, "review" if here else "display", (change,) if here else ()),),
        )


def _width(run: TrainingRun) -> int:
    """Count the values of a sample."""
    inputs = run.data.inputs
    sizes = inputs[0].shape if len(inputs) == 1 else ()
    return math.prod(size or 1 for size in sizes)


def _same_outputs(run: TrainingRun) -> Evidence | None:
    """Compare the spread of outputs and inputs of one shape."""
    inputs, probe, model = run.data.inputs, last_probe(run), run.model
    if isinstance(model, Missing) or probe is None or len(inputs) != 1 or len(model.heads) != 1:
        return None
    if len(probe.outputs) != 1 or model.heads[0].shape != inputs[0].shape:
        return None
    columns = inputs[0].column_stds
    wide = sum(columns) / len(columns) if columns else inputs[0].std
    spread = probe.outputs[0].spread
    if not spread < ALIKE * wide < math.inf:
        return None
    wanted = say("near {spread:.3g}, as the inputs", spread=wide)
    return Evidence("spread of the outputs", f"{spread:.3g}", wanted, "last probe")


def _spent(run: TrainingRun, terms: Terms) -> Evidence | None:
    """Look up both terms in the history, by the names that the text has for them."""
    summed = run.history.epochs.get(terms.summed, ())
    averaged = run.history.epochs.get(terms.averaged, ())
    if not terms.divergence or not summed or not averaged:
        return None
    if not 0 <= summed[-1] < SPENT * averaged[-1] < math.inf:
        return None
    beside = say("{size:.3g}, as '{term}'", size=averaged[-1], term=terms.averaged)
    return Evidence(
        say("'{term}' at the end", term=terms.summed), f"{summed[-1]:.2g}", beside, "history"
    )


def _fix(run: TrainingRun, terms: Terms, width: int) -> Fix:
    title = say("Multiply '{term}' by {width}: a sum, too", term=terms.averaged, width=width)
    if terms.cell.number != run.cell.number:
        return Fix(title, "display", ())
    text = text_of(terms.cell, terms.mean)
    change = WriteInPlace(site_of(terms.cell, terms.mean), text, f"{width} * {text}")
    return Fix(title, "review", (change,))
