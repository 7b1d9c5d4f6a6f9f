"""NBD315: one output learns nothing, because the loss of another one is so much larger."""

from collections.abc import Iterator
from dataclasses import dataclass

from nbdiag.facts.model.outputs import Output, outputs_of
from nbdiag.facts.optimization.step_size import rounded
from nbdiag.facts.training.baseline import constant_loss
from nbdiag.facts.training.gain import output_gain
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import call_at, site_of, text_of

DROWNED = 20.0  # times: weighted loss of the other output over this one's, of constant predictions
NOTHING = 0.1  # gain below which an output has learnt nothing
SOMETHING = 0.3  # gain from which on the other one has


@dataclass(frozen=True)
class _Part:
    """One output's share of the whole: its weighted loss before training, and what it learnt."""

    output: Output
    constant: float
    weight: float
    gain: float

    @property
    def size(self) -> float:
        return self.constant * self.weight


class OutputDrownedByAnother(Rule):
    """One output learns nothing, because the loss of another one is so much larger.

    What it finds
    -------------
    A model of several outputs of which one is not better than always predicting the same value,
    while another one learns, whose weighted loss was many times larger at the start.

    Why it hurts
    ------------
    What is minimised is the sum. Where prices in dollars bring a loss of millions and a yes or no
    one of 0.7, the shared layers learn prices alone. The total loss falls, and its curve shows
    nothing of the other output.

    Example
    -------
    ::

        model.compile("adam", {"price": "mse", "sold": "binary_crossentropy"})

    Use instead
    -----------
    ::

        model.compile("adam", {"price": "mse", "sold": "binary_crossentropy"},
                      loss_weights={"price": 1e-6, "sold": 1.0})

    or standardized targets.

    Fix safety
    ----------
    review: the weights bring all losses to one size; how much each output matters is for you to
    say.

    Thresholds and their source
    ---------------------------
    20 times the weighted loss of always predicting the same value; less than a tenth of that loss
    and of its errors removed, where the other output has removed three tenths. Losses of one size
    differ by a factor of 2 to 5 (0.7 for a yes or no, 2.3 for ten classes, 1 for a standardized
    target).

    References
    ----------
    Kendall, Gal, Cipolla (2018), Multi-task learning using uncertainty to weigh losses.
    """

    code = "NBD315"
    name = "output-drowned-by-another"
    aspect = "loss"
    severity = "warning"
    confidence = "measured"
    explains = ("NBD310",)
    supersedes = ("NBD210",)

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the outputs with each other."""
        parts = [part for item in known(outputs_of(run)) if (part := _part(run, item))]
        for part in parts:
            over = [other for other in parts if other.size >= DROWNED * part.size]
            loud = max(over, key=lambda other: other.size, default=None)
            if loud is None or part.gain >= NOTHING or loud.gain < SOMETHING:
                continue
            yield self._found(run, part, loud, parts)
            return

    def _found(self, run: TrainingRun, part: _Part, loud: _Part, parts: list[_Part]) -> Finding:
        ratio = loud.size / part.size
        message = say(
            "{quiet} has learnt nothing, while '{loud}' learns, whose loss counts {ratio:.3g} "
            "times as much in the sum that is minimised. Weigh the losses, or scale the targets of "
            "'{loud}'.",
            quiet=part.output.opening,
            loud=loud.output.key,
            ratio=ratio,
        )
        evidence = (
            Evidence(
                say(
                    "loss of '{output}' beside that of '{other}'",
                    output=loud.output.key,
                    other=part.output.key,
                ),
                say("{ratio:.3g} times", ratio=ratio),
                say("below {limit:g} times", limit=DROWNED),
                "labels",
            ),
            Evidence(
                say("what '{output}' has learnt", output=part.output.key),
                say(
                    "{share:.0%} of the loss or errors of always predicting the same value removed",
                    share=part.gain,
                ),
                say("{share:.0%} and more", share=SOMETHING),
                "history",
            ),
        )
        return self.finding(message, evidence, _fixes(run, parts))


def _part(run: TrainingRun, output: Output) -> _Part | None:
    """Measure one output by itself; None where its loss was not reported or has no known best."""
    gain, constant = output_gain(run, output), constant_loss(run, output)
    if isinstance(gain, Missing) or isinstance(constant, Missing):
        return None
    if isinstance(output.loss, Missing) or output.loss.weight <= 0:
        return None
    return _Part(output, constant, output.loss.weight, gain)


def _fixes(run: TrainingRun, parts: list[_Part]) -> Iterator[Fix]:
    weights = {part.output.key: rounded(1 / part.constant) for part in parts}
    written = (
        repr(list(weights.values())) if all(map(str.isdigit, weights)) else repr(weights)
    ).replace("'", '"')
    title = say("Weigh the losses: loss_weights={weights}", weights=written)
    setup = run.compile
    site = None if isinstance(setup, Missing) else setup.site
    call = None
    if site is not None and not isinstance(site, Missing) and site.cell == run.cell.number:
        call = call_at(run, run.cell, site)
    given = () if call is None else (*call.node.args, *call.node.keywords)
    names = () if call is None else tuple(item.arg for item in call.node.keywords)
    if not given or None in names or "loss_weights" in names:
        yield Fix(title, "display", (), note="An argument of compile.")
        return
    sites = {item: site_of(run.cell, item) for item in given}
    last = max(given, key=lambda item: (sites[item].end_line, sites[item].end_column))
    text = text_of(run.cell, last)
    change = WriteInPlace(sites[last], text, f"{text}, loss_weights={written}")
    yield Fix(title, "review", (change,))
