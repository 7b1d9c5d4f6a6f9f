"""NBD204: the loss jumped after a long fall, and nothing in the optimizer holds it back."""

from collections.abc import Iterator

from nbdiag.facts.optimization.updates import optimizer_of, peak_rate
from nbdiag.facts.training.jump import LateJump, late_jump
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import AddCallback, SetOptimizerArgument
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.schema.setup import Optimizer

ADAPTIVE = frozenset({"adam", "adamw", "nadam", "adamax", "rmsprop"})
AMSGRAD = frozenset({"adam", "adamw"})
SMALL_EPSILON = 1e-6
EPSILON = 1e-2


class LateBlowUp(Rule):
    """The loss jumped after a long fall, and nothing in the optimizer holds it back.

    What it finds
    -------------
    A late jump (NBD307) under an optimizer that divides by the running size of the gradient with a
    tiny epsilon, or under any optimizer without clipping.

    Why it hurts
    ------------
    After a long quiet stretch the running mean of squared gradients has decayed to almost nothing.
    The first larger gradient is divided by its root plus an epsilon of 1e-7, and the step is huge.
    A clipped cross-entropy has no gradient where it lands, so the jump is for good.

    Example
    -------
    ::

        model.compile(keras.optimizers.Adam(1e-5), "binary_crossentropy")
        # falls for 1,500 epochs, then 7.9 for the next 3,000

    Use instead
    -----------
    ::

        model.compile(keras.optimizers.Adam(1e-5, epsilon=1e-2), "binary_crossentropy")

    Which stabiliser works depends on the model: try them (``%traindiag prove NBD204``). Those who
    have met it disagree. In our own trials, 8,000 quiet steps and three batches with wrong
    labels, an epsilon of 1e-2 and a rate that decays held in three of three, AMSGrad and clipping
    in two of three, an epsilon of 1e-3 in none.

    Fix safety
    ----------
    review: each stabiliser slows the training; a large epsilon turns Adam into descent with
    momentum, where a higher rate may be needed.

    Thresholds and their source
    ---------------------------
    The jump is judged as in late-jump. An epsilon up to 1e-6 counts as tiny: Keras fills in 1e-7.

    References
    ----------
    Kingma and Ba, "Adam", ICLR 2015 (epsilon). Reddi, Kale, Kumar, "On the convergence of Adam and
    beyond", ICLR 2018 (AMSGrad). Molybog et al., "A theory on Adam instability", 2023.
    """

    code = "NBD204"
    name = "late-blow-up"
    aspect = "optimizer"
    severity = "error"
    confidence = "suspected"
    explains = ("NBD302", "NBD303", "NBD304", "NBD307", "NBD601", "NBD603", "NBD604")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Ask for the jump, then for what would have held it."""
        jump = known(late_jump(run))
        if jump is None:
            return
        optimizer, rate = known(optimizer_of(run)), peak_rate(run)
        epsilon = optimizer.config.get("epsilon")
        tiny = optimizer.name in ADAPTIVE and epsilon is not None and epsilon <= SMALL_EPSILON
        clipped = any(
            optimizer.config.get(name) for name in ("clipnorm", "clipvalue", "global_clipnorm")
        )
        if not tiny and clipped:
            return
        why = (
            say(
                "{optimizer} divides by a running size of the gradient plus {epsilon:g}, and "
                "after a quiet stretch that is next to nothing",
                optimizer=optimizer.name,
                epsilon=epsilon,
            )
            if tiny
            else say(
                "{optimizer} follows a gradient of any length as it is", optimizer=optimizer.name
            )
        )
        seen = Evidence(
            say("loss in {place}", place=jump.place),
            f"{jump.after:.4g}",
            say("about {before:.4g}", before=jump.before),
            "history",
        )
        speed = "unknown" if isinstance(rate, Missing) else f"{rate:g}"
        yield self.finding(
            say(
                "Your training diverged in {place}, long after it had gone well: {why}.",
                place=jump.place,
                why=why,
            ),
            (
                seen,
                Evidence("epsilon", f"{epsilon}", "1e-2 holds more often", "compile"),
                Evidence("learning rate", speed, "one that decays", "compile"),
            ),
            _fixes(optimizer, jump, tiny=tiny, clipped=clipped),
            severity=_severity(run, jump),
        )


def _severity(run: TrainingRun, jump: LateJump) -> Severity:
    if jump.harmless:
        return "info"
    return "warning" if ending_of(run).works else "error"


def _fixes(optimizer: Optimizer, jump: LateJump, *, tiny: bool, clipped: bool) -> Iterator[Fix]:
    if tiny:
        change = SetOptimizerArgument("epsilon", EPSILON)
        yield Fix(say("Raise epsilon to {epsilon:g}", epsilon=EPSILON), "review", (change,))
    if not clipped:
        clip = SetOptimizerArgument("clipnorm", 1.0)
        yield Fix("Clip the gradient to norm 1", "review", (clip,))
    if optimizer.name in AMSGRAD and not optimizer.config.get("amsgrad"):
        amsgrad = SetOptimizerArgument("amsgrad", value=True)
        yield Fix("Use AMSGrad: the running size never shrinks", "review", (amsgrad,))
    decay = AddCallback("ReduceLROnPlateau", {"monitor": "loss", "factor": 0.2, "patience": 5})
    yield Fix("Lower the learning rate on every plateau", "review", (decay,))
    patience = max(5, jump.epoch // 10)
    stop = AddCallback(
        "EarlyStopping", {"monitor": "loss", "patience": patience, "restore_best_weights": True}
    )
    yield Fix("Stop, and keep the best epoch", "review", (stop,))
