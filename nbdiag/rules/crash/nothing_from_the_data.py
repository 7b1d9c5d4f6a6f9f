"""NBD811: the data or the labels are None."""

from collections.abc import Iterator

from nbdiag.facts.crash import Crash
from nbdiag.facts.crash_text import calls_in, root_name, things
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.change import SetCallArgument
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.run import TrainingRun


class NothingFromTheData(CrashRule):
    """The data or the labels are None.

    What it finds
    -------------
    fit that is given no labels, a generator that yields None, nothing at all or rows without
    labels, a variable that holds None because a function forgot its return.

    Why it hurts
    ------------
    Without a label there is nothing to compare the output with. The exception names neither the
    argument nor the function.

    Example
    -------
    ::

        def prepare(x):
            x / 255                      # no return
        model.fit(prepare(x), y)

    Use instead
    -----------
    ::

        def prepare(x):
            return x / 255

    Fix safety
    ----------
    display: what should have been returned is not in the text.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, Model.fit: x and y.
    """

    code = "NBD811"
    name = "nothing-from-the-data"
    aspect = "inputs"
    kind = "none"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Say which of the data are missing."""
        empty = [name for name, thing in things(run).items() if thing.kind == "none"]
        fit = next((item for item in calls_in(run.cell) if item.name == "fit"), None)
        nodes = [fit.argument(place, "xy"[place]) for place in (0, 1)] if fit else [None, None]
        named = [root_name(node) for node in nodes if node is not None]
        missing = [name for name in named if name in empty]
        streamed = run.fit.input_kind in ("generator", "tf.data", "PyDataset")
        fixes: list[Fix | None] = []
        if "`y` should not be passed" in crash.line:
            message = say("The data set holds its labels itself: fit takes no y beside it.")
        elif missing:
            message = say(
                "{missing} is None: the function that made it returns nothing.", missing=missing[0]
            )
        elif streamed:
            message = say("The generator gives None instead of a pair of inputs and labels.")
            if "at least one batch" in crash.line:
                message = say("The generator is empty: it yields no batch at all.")
        elif nodes[1] is None:
            message = say(
                "fit was given no labels (y is None): the loss has nothing to compare with."
            )
            labels = _labels(run, named)
            if labels and fit is not None:
                change = SetCallArgument(fit.call, "y", labels)
                fixes = [fix_of(say("Give fit the labels {labels}", labels=labels), change)]
        else:
            message = say("An input or a label is None.")
        yield self.explain(
            crash,
            message,
            (Evidence("given to fit", ", ".join(named) or "nothing", "inputs and labels", "cell"),),
            first_of(*fixes, otherwise="Return the data from the function, labels beside inputs"),
            aspect="inputs" if streamed or missing else "labels",
        )


def _labels(run: TrainingRun, named: list[str]) -> str:
    """Give the array that goes by the inputs' name with y for x, "" without one."""
    for name in named[:1]:
        for other in (name.replace("x", "y"), name.replace("X", "y"), name.replace("X", "Y")):
            if other != name and other in things(run):
                return other
    return ""
