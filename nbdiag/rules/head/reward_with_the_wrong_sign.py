"""NBD125: a custom loss makes what was rewarded less likely."""

from collections.abc import Iterator

from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import site_of, text_of
from nbdiag.syntax.queries.loss_sign import Term, rewarded_term
from nbdiag.syntax.text.nodes import is_call, lines_of


class RewardWithTheWrongSign(Rule):
    """A custom loss makes what was rewarded less likely.

    What it finds
    -------------
    A custom loss function, or the loss of a custom ``train_step``, in which the product of a
    log-probability and of an advantage, reward or return has a positive sign. It is read from the
    text: the names of the factor say that more of it is better. A factor that is called a cost, a
    penalty or a loss is right with a positive sign, and one without such a name is left alone.

    Why it hurts
    ------------
    ``fit`` minimises. The probability of the actions that were rewarded falls, that of the others
    rises, and the loss falls all the while: its curve looks like a success.

    Example
    -------
    ::

        def policy_loss(y_true, probabilities):
            chosen = tf.reduce_sum(probabilities * tf.one_hot(actions, 4), axis=1)
            return tf.reduce_mean(tf.math.log(chosen) * advantage)

    Use instead
    -----------
    ::

            return -tf.reduce_mean(tf.math.log(chosen) * advantage)

    Fix safety
    ----------
    review: a factor that is called a reward and holds costs would need no minus.

    Thresholds and their source
    ---------------------------
    None: the sign is there, or not.

    References
    ----------
    Williams (1992), Simple statistical gradient-following algorithms for connectionist
    reinforcement learning.
    """

    code = "NBD125"
    name = "reward-with-the-wrong-sign"
    aspect = "loss"
    severity = "error"
    confidence = "suspected"
    explains = ("NBD301", "NBD304", "NBD309", "NBD310")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Follow the loss to its log-probabilities."""
        term = rewarded_term(run, known(run.model).class_name)
        if term is None:
            return
        line = lines_of(term.node)[0]
        losses = run.history.epochs.get("loss", ())
        evidence = [
            Evidence(say("sign of the product"), "plus", "minus", say("line {line}", line=line))
        ]
        if len(losses) > 1 and any(losses):
            course = f"{losses[0]:.4g} → {losses[-1]:.4g}"
            falls = say("says nothing: with this sign it falls while the rewards do")
            evidence.append(Evidence("loss", course, falls, "history"))
        yield self.finding(
            say(
                "Line {line} minimises the log-probability times '{gain}': what was rewarded "
                "becomes less likely with every step. fit minimises, so the product needs a minus.",
                line=line,
                gain=term.gain,
            ),
            evidence,
            (_fix(run, term),),
        )


def _fix(run: TrainingRun, term: Term) -> Fix:
    title = say("Put a minus in front of what is minimised")
    if term.cell.number != run.cell.number:
        return Fix(title, "display", ())
    text = text_of(term.cell, term.node)
    code = f"-{text}" if is_call(term.node) else f"-({text})"
    return Fix(title, "review", (WriteInPlace(site_of(term.cell, term.node), text, code),))
