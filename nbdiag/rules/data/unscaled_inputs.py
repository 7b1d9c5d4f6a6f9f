"""NBD401: inputs far from unit scale reach the first weights."""

from collections.abc import Iterator
from dataclasses import replace

from nbdiag.facts.data.arrays import column_spread, full_scale, sentinel
from nbdiag.facts.data.scale import (
    FAINT,
    HUGE,
    LARGE,
    Effect,
    InputScale,
    input_scales,
    scale_effects,
)
from nbdiag.facts.optimization.step_size import harm, throw
from nbdiag.facts.training.curves import trend
from nbdiag.facts.training.verdict import Ending, ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import ScaleInputs
from nbdiag.schema.finding import Confidence, Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

FLAT, STEEP = 0.005, 0.03  # fall of the loss per epoch: noise stays below, good trainings above
UNLIKE = 1000.0  # quotient of column sizes: the gradient of their weights differs by its square


class UnscaledInputs(Rule):
    """Inputs far from unit scale reach the first weights.

    What it finds
    -------------
    Inputs whose values are large (pixels from 0 to 255, amounts, identifiers, -999 for missing
    values), whose columns are of very different size, or which are close to nothing (scaled
    twice), and which no ``Rescaling``, ``Normalization`` or ``BatchNormalization`` layer tames
    before the first weights. Whole numbers on their way into an ``Embedding`` are names and
    need no scale, nor do pixels that an architecture of ``keras.applications`` was made for. What
    counts is the effect: the loss and the predictions before the first step,
    layers pressed against their bounds, and how the training ended.

    Why it hurts
    ------------
    Fresh weights and default learning rates are made for inputs of unit scale. Larger ones make the
    first predictions far too large: the loss starts tens or thousands of times too high, bounded
    layers saturate, ReLU units die in the first steps. With columns of different size, one step is
    too large for one weight and too small for another.

    Example
    -------
    ::

        x = np.load("images.npy")            # 0 … 255
        model.fit(x, y)

    Use instead
    -----------
    ::

        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(1 / 255), …])

    For a table ``layers.Normalization()`` and ``adapt(x_train)``. Inside the model the
    scale cannot be forgotten when the model is used.

    Fix safety
    ----------
    review: the inputs mean the same afterwards, but the training is another one. Replace marks
    such as -999 by hand first: no scale makes them a measurement.

    Thresholds and their source
    ---------------------------
    A column's root mean square above 5 is large, above 50 huge (`nbdiag.facts.data.scale`). An
    effect is clear when the first loss is 3 times that of always predicting the same value, the
    first predictions are 10 times the targets, or half of a bounded layer is saturated; severe at
    8, 100, and nine tenths. Measured with Keras 3.15: sound models start below 1.3, raw bytes
    between 8 and 50,000. A training that explains half of what a constant leaves is reported as
    information only, unless a column beyond 2,500 has a severe effect: such a model learns signs,
    not sizes. One that explains less, and whose loss still falls by 0.5 to 3 % per epoch, is slow:
    then large is enough.

    References
    ----------
    LeCun, Bottou, Orr, Müller (1998), Efficient BackProp, section 4.3.
    """

    code = "NBD401"
    name = "unscaled-inputs"
    aspect = "inputs"
    confidence = "measured"
    explains = (
        *(f"NBD{number}" for number in (301, 302, 303, 304, 305, 306, 307, 308, 309, 310, 312)),
        *(f"NBD{number}" for number in range(601, 606)),
    )

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Judge the worst input that reaches weights."""
        scales = [item for item in known(input_scales(run)) if item.matters]
        if not scales:
            return
        ending = ending_of(run)
        worst = max(scales, key=lambda item: item.size)
        effects = scale_effects(run)
        broken = _broken(run)
        if worst.size > LARGE and (severity := _severity(run, worst, effects, ending, broken)):
            found = self._large(run, worst, effects, ending, severity)
            yield replace(found, evidence=(*found.evidence, broken)) if broken else found
        faintest = min(scales, key=lambda item: item.length)
        if 0 < faintest.length < FAINT and ending.verdict in ("fair", "failed"):
            yield self._tiny(run, faintest, ending)

    def _large(
        self,
        run: TrainingRun,
        scale: InputScale,
        effects: tuple[Effect, ...],
        ending: Ending,
        severity: Severity,
    ) -> Finding:
        slow = ending.verdict == "fair" and severity == "warning"
        confidence: Confidence = "measured" if effects or slow else "suspected"
        where = f"'{scale.entry.layer}'" if scale.entry.layer else say("the first weights")
        shown = f" ({say(effects[0].name)}: {say(effects[0].observed)})" if effects else ""
        message = say(
            "Your inputs are not scaled: they go from {low:.3g} to {high:.3g} at {where}{shown}. "
            "Scale them to about -1 … 1, best inside the model.",
            low=scale.low,
            high=scale.high,
            where=where,
            shown=shown,
        )
        if scale.expected:
            message = say(
                "Your inputs go from {low:.3g} to {high:.3g} at {where}{shown}. This architecture "
                "was made for what its own preprocess_input makes of them: {least:.3g} to "
                "{greatest:.3g}.",
                low=scale.low,
                high=scale.high,
                where=where,
                shown=shown,
                least=scale.expected[0],
                greatest=scale.expected[1],
            )
        return self.finding(
            message,
            (*_evidence(scale), *map(_as_evidence, effects), *ending.evidence()),
            _fixes(run, scale),
            severity=severity,
            confidence=confidence,
        )

    def _tiny(self, run: TrainingRun, scale: InputScale, ending: Ending) -> Finding:
        message = say(
            "Your inputs lie between {low:.3g} and {high:.3g}: next to nothing reaches the first "
            "weights. Were they scaled twice?",
            low=scale.low,
            high=scale.high,
        )
        fixes = _fixes(run, scale)
        evidence = (*_evidence(scale), *ending.evidence())
        found = self.finding(message, evidence, fixes, severity="warning", confidence="suspected")
        # Tiny inputs make the gradient and the steps small, whatever the optimizer.
        return replace(found, supersedes=("NBD203", "NBD210"))


def _broken(run: TrainingRun) -> Evidence | None:
    """Find what steps of plain SGD broke: they grow with the gradient, and it with the inputs."""
    thrown, broken = throw(run), harm(run)
    return broken[0] if thrown and broken else None


def _severity(
    run: TrainingRun,
    scale: InputScale,
    effects: tuple[Effect, ...],
    ending: Ending,
    broken: Evidence | None,
) -> Severity | None:
    strength = max((effect.strength for effect in effects), default=0)
    huge = scale.size > HUGE
    if scale.entry.kind == "unknown" and not strength:
        return None
    beyond = scale.size > HUGE * HUGE
    if ending.verdict == "learnt":
        return "warning" if beyond and strength > 1 else "info" if huge else None
    if ending.verdict == "failed":
        return "error" if strength or huge or broken else "info"
    if ending.verdict == "open":
        return "warning" if strength or beyond else "info" if huge else None
    if ending.verdict == "fair" and _creeps(run):
        return "warning"
    return "warning" if strength else "info" if huge else None


def _creeps(run: TrainingRun) -> bool:
    """Whether the loss still falls at the end: the training is on its way, and slow."""
    slope = trend(run.history.epochs.get("loss", ()))
    return not isinstance(slope, Missing) and -STEEP < slope <= -FLAT


def _evidence(scale: InputScale) -> Iterator[Evidence]:
    seen = say(
        "{low:.3g} … {high:.3g}, typically {size:.3g}",
        low=scale.low,
        high=scale.high,
        size=scale.size,
    )
    yield Evidence("range of the inputs", seen, "within a few units of 0", "training data")
    spread = column_spread(scale.stats)
    if not isinstance(spread, Missing) and spread.ratio > UNLIKE:
        observed = say(
            "column {widest} is {ratio:.3g} times the smallest one",
            widest=spread.widest,
            ratio=spread.ratio,
        )
        yield Evidence("size of the columns", observed, "of one size", "training data")
    mark = sentinel(scale.stats)
    if mark is not None:
        observed = say("{mark:g}, far from all other values", mark=mark)
        yield Evidence("missing values", observed, "filled or masked", "training data")


def _as_evidence(effect: Effect) -> Evidence:
    return Evidence(effect.name, effect.observed, effect.expected, "probe before step 1")


def _fixes(run: TrainingRun, scale: InputScale) -> Iterator[Fix]:
    if scale.expected:
        low, high = scale.expected
        title = say(
            "Use keras.applications.{module}.preprocess_input", module=scale.entry.application
        )
        note = say(
            "It turns bytes into the {low:.3g} … {high:.3g} that this architecture was made for.",
            low=low,
            high=high,
        )
        yield Fix(title, "display", (), note=note)
        return
    several = len(run.data.inputs) > 1
    if several or scale.entry.masked:
        title = (
            say("Scale each input on its own") if several else say("Scale all values but the mask")
        )
        yield Fix(title, "display", (), note="Scale the arrays before fit: (x - mean) / std.")
        return
    top = full_scale(scale.stats)
    if top is not None:
        change = ScaleInputs("rescale", scale=1 / top)
        yield Fix(say("Scale the inputs to [0, 1] (divide by {top})", top=top), "review", (change,))
    title = say("Standardize the inputs with a Normalization layer")
    yield Fix(title, "review", (ScaleInputs("standardize"),))
