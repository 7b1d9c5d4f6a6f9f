"""NBD707: the same cell ends well one time and badly another."""

import re
from collections.abc import Iterator

from nbdiag.facts.session.runs import likes
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun

TIMES = 2.0  # the worst final loss over the best one of runs on the same data
_SEEDED = re.compile(r"set_random_seed|random\.seed\(|set_seed\(|manual_seed\(")


class NoSeed(Rule):
    """The same training ends differently each time.

    What it finds
    -------------
    Three or more runs of the session on the same inputs and labels with the same losses and as
    many epochs, whose final losses differ by a factor of two, while no cell fixes a seed.

    Why it hurts
    ------------
    Weights and batches are drawn again each time. When luck decides how a run ends, a change that
    seems to help may have been luck, too.

    Example
    -------
    ::

        model = build_model()
        model.fit(x, y)                    # 0.97 this time, 0.51 the last time

    Use instead
    -----------
    ::

        keras.utils.set_random_seed(0)
        model = build_model()
        model.fit(x, y)

    Fix safety
    ----------
    display: a seed makes runs comparable and hides how much luck there is. Judge a setting by
    several seeds.

    Thresholds and their source
    ---------------------------
    A factor of two between the best and the worst final training loss of at least three runs.
    Advice only.

    References
    ----------
    Bouthillier et al. (2021), Accounting for variance in machine learning benchmarks.
    """

    code = "NBD707"
    name = "no-seed"
    aspect = "notebook"
    role = "advice"
    severity = "info"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare final losses of runs on the same data."""
        if not run.previous or not run.data.inputs or not run.data.labels:
            raise Skipped("there is no earlier run to compare with")
        if any(_SEEDED.search(cell.source) for cell in (*run.earlier, run.cell)):
            return
        digests = run.data.inputs[0].digest, run.data.labels[0].digest
        curves = [
            past.epochs.get("loss", ())
            for past in likes(run)
            if (past.input_digest, past.label_digest) == digests
        ]
        curves.append(run.history.epochs.get("loss", ()))
        ends = [curve[-1] for curve in curves if curve and len(curve) == len(curves[-1])]
        if len(ends) < 3 or not min(ends) > 0 or max(ends) < TIMES * min(ends):  # noqa: PLR2004 - two are a pair, three a pattern
            return
        message = say(
            "{count} runs on the same data ended with losses from {low:.3g} to {high:.3g}: luck "
            "decides. Fix a seed while you compare settings.",
            count=len(ends),
            low=min(ends),
            high=max(ends),
        )
        observed = ", ".join(f"{value:.3g}" for value in ends)
        evidence = Evidence("final losses of runs on the same data", observed, "alike", "session")
        note = say("keras.utils.set_random_seed(0) before the model is built")
        yield self.finding(message, (evidence,), (Fix("Fix a seed", "display", (), note=note),))
