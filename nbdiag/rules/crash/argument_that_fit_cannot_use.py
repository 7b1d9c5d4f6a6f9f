"""NBD822: fit is given an argument that does not go with its data."""

import re
from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.kind import is_weights_array
from nbdiag.fixes.class_weights import sample_weights
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import SetCallArgument
from nbdiag.schema.finding import Aspect, Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import CellCall, calls_in
from nbdiag.syntax.text.nodes import Expression, code_of


class ArgumentThatFitCannotUse(CrashRule):
    """An argument that fit is given does not go with its data.

    What it finds
    -------------
    validation_split beside a data set or a generator, labels beside a data set that holds them,
    class_weight as an array instead of a dictionary or beside a generator, too few rows to split.

    Why it hurts
    ------------
    A data set or a generator is read from front to back: nothing can be split off it, and what
    belongs to a row has to come with it.

    Example
    -------
    ::

        model.fit(dataset, validation_split=0.2)
        model.fit(x, y, class_weight=compute_class_weight("balanced", classes=classes, y=y))

    Use instead
    -----------
    ::

        model.fit(dataset.skip(10), validation_data=dataset.take(10))
        model.fit(x, y, class_weight=dict(enumerate(weights)))

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with. Without validation_split the training is not validated: split the data set before.

    Thresholds and their source
    ---------------------------
    None.

    References
    ----------
    Keras documentation, Model.fit: validation_split, class_weight.
    """

    code = "NBD822"
    name = "argument-that-fit-cannot-use"
    aspect = "notebook"
    kind = "fit argument"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report which argument it is and why it cannot be used."""
        fit = next((item for item in calls_in(run) if item.name == "fit"), None)
        argument, message, aspect = _explanation(run, crash)
        node = fit.argument(_PLACES.get(argument, -1), argument) if fit is not None else None
        given = code_of(node) if node is not None else argument
        yield self.explain(
            crash,
            message,
            (Evidence(say("{argument} of fit", argument=argument), given, say("none"), "cell"),),
            first_of(
                _fix(run, crash, fit, argument, node),
                otherwise=say("Leave {argument} out", argument=argument),
            ),
            aspect=aspect,
        )


_PLACES = {"y": 1, "validation_split": 6, "class_weight": 9}


def _explanation(run: TrainingRun, crash: Crash) -> tuple[str, str, Aspect]:
    """Return the argument, what is wrong with it, and the aspect."""
    line = crash.line
    if is_weights_array(run, crash):
        return (
            "class_weight",
            say(
                "class_weight is an array of weights, but fit takes a dictionary of class numbers "
                "and weights, {0: …, 1: …}."
            ),
            "labels",
        )
    if "not sufficient to split" in line:
        rows = re.search(r"contains (\d+) samples", line)
        return (
            "validation_split",
            say(
                "validation_split takes samples away from the {rows} there are, and one side of "
                "the split would be empty.",
                rows=rows[1] if rows else say("few"),
            ),
            "split",
        )
    if "validation_split" in line:
        return (
            "validation_split",
            say(
                "validation_split can split arrays only, but fit is given a data set or a "
                "generator: split it before, and give fit the other part as validation_data."
            ),
            "split",
        )
    if "class_weight" in line:
        return (
            "class_weight",
            say(
                "class_weight does not go with what fit is given: a generator or a model with "
                "several outputs takes sample weights (sample_weight) beside the labels."
            ),
            "labels",
        )
    found = re.search(r"`(\w+)` should not be passed", line)
    argument = found[1].replace("sample_weights", "sample_weight") if found else "y"
    return (
        argument,
        say(
            "The data set or generator holds its labels itself: fit takes no {argument} beside it.",
            argument=argument,
        ),
        "labels",
    )


def _fix(
    run: TrainingRun, crash: Crash, fit: CellCall | None, argument: str, node: Expression | None
) -> Fix | None:
    if fit is None or node is None:
        return None
    if is_weights_array(run, crash):
        code = f"dict(enumerate({code_of(node)}))"
        title = say("Give each class number its weight")
        return fix_of(title, SetCallArgument(fit.call, argument, code))
    weights = sample_weights(run, fit, node) if argument == "class_weight" else None
    if weights is not None:
        return fix_of(say("Give each sample the weight of its class, for each output"), weights)
    code = "0.0" if argument == "validation_split" else "None"
    title = say("Train without {argument}", argument=argument)
    return fix_of(title, SetCallArgument(fit.call, argument, code))
