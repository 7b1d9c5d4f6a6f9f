"""NBD704: fit went on with weights that were trained already."""

from collections.abc import Iterator

from nbdiag.facts.session.runs import likes
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import MakeAgain
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.run import PastRun, TrainingRun


class TrainedAgain(Rule):
    """The training went on with weights that were trained already.

    What it finds
    -------------
    A ``fit`` whose optimizer had made steps before: the cell was run again without building a new
    model. When the samples differ from those of the last run of the same model, the validation
    samples may have been trained on.

    Why it hurts
    ------------
    Going on is fine when it is meant. Otherwise the curves start where the last ones ended, a
    comparison of settings compares ages, and a new random split lets the model be judged on
    rows that it knows.

    Example
    -------
    ::

        model.fit(x_train, y_train, epochs=10)      # this cell alone, run three times

    Use instead
    -----------
    ::

        model = build_model()
        model.fit(x_train, y_train, epochs=10)

    Fix safety
    ----------
    review: the lines that build and compile the model are written into the cell that trains it, so
    that each run starts from fresh weights. A second ``fit`` of the same cell may be meant to go
    on, and is left as it is: there the fix is shown.

    Thresholds and their source
    ---------------------------
    The optimizer's step counter before the first step. Information; with the same model on
    another sample of as many rows and with validation, a warning.

    References
    ----------
    Keras documentation of ``fit``: calling it again continues the training.
    """

    code = "NBD704"
    name = "trained-again"
    aspect = "notebook"
    severity = "info"
    confidence = "measured"

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the model and its rows with the last run."""
        if not run.started_trained:
            return
        name = known(run.model).name
        past = next((item for item in reversed(likes(run)) if item.model == name), None)
        severity: Severity = "info"
        words = say("Right if you meant to go on; otherwise build the model in this cell.")
        if past is not None and _is_another_split(run, past):
            severity = "warning"
            words = say(
                "This time the samples are split in another way: validation samples may have "
                "been training samples before."
            )
        message = say(
            "fit went on with the weights of a model that was trained before. {words}", words=words
        )
        evidence = Evidence("steps before the first one", "some", "none for a new model", "fit")
        changes = (MakeAgain("model"),) if run.fit_number == 1 else ()
        fix = Fix(
            "Build a new model in the cell that trains it",
            "review" if changes else "display",
            changes,
        )
        yield self.finding(message, (evidence,), (fix,), severity=severity)


def _is_another_split(run: TrainingRun, past: PastRun) -> bool:
    """Whether as many rows as last time are other ones, with validation both times."""
    stats = run.data.inputs[0]
    validated = run.fit.validation != "none" and "val_loss" in past.epochs
    return validated and past.rows == stats.rows and past.input_digest != stats.digest
