"""NBD808: the output has another number of units than the labels have columns."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.layer_chain import steps_of
from nbdiag.facts.crash.shapes import target_and_output
from nbdiag.language import say, say_count
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import Change, SetCallArgument, SetLayerArgument, SetLoss
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_of


class OutputUnitsUnlikeTheLabels(CrashRule):
    """The output has another number of units than the labels have columns.

    What it finds
    -------------
    A loss that meets labels of six columns and an output of a hundred units, or of two columns
    and one unit. Or validation labels that were encoded on their own, and lack the last class.

    Why it hurts
    ------------
    Every column of the labels is compared with one unit of the last layer. Where the numbers
    differ, Keras stops.

    Example
    -------
    ::

        layers.Dense(1, activation="sigmoid")      # labels are one-hot rows of 2

    Use instead
    -----------
    ::

        layers.Dense(2, activation="softmax")

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with. Activation and loss change with the units where they would contradict them.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, losses: shapes of y_true and y_pred.
    """

    code = "NBD808"
    name = "output-units-unlike-the-labels"
    aspect = "output_units"
    kind = "units"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Set the units of the last layer to the number of columns."""
        shapes = target_and_output(crash.line)
        if shapes is None:
            return
        columns, units = shapes[0][-1], shapes[1][-1]
        if _of_validation(run, columns, units):
            yield self._validated(run, crash, columns or 0, units or 0)
            return
        yield self.explain(
            crash,
            say(
                "The output has {units}, but the labels have {columns}.",
                units=say_count("{number} unit", "{number} units", units or 0),
                columns=say_count("{number} column", "{number} columns", columns or 0),
            ),
            (Evidence("units of the output", f"{units}", f"{columns}", "loss"),),
            first_of(
                _fix(run, columns),
                otherwise=say("Give the last layer {columns} units", columns=columns),
            ),
        )

    def _validated(self, run: TrainingRun, crash: Crash, columns: int, units: int) -> Finding:
        """Explain validation labels that have other columns than the training labels."""
        count = say_count("{number} column", "{number} columns", columns)
        return self.explain(
            crash,
            say(
                "The validation labels have {columns}, but the training labels and the output have "
                "{units}: encoded on their own, they have a column only up to the greatest class "
                "that is among them.",
                columns=count,
                units=units,
            ),
            (Evidence(say("columns of the validation labels"), f"{columns}", f"{units}", "loss"),),
            first_of(
                _encoded_alike(run, units),
                otherwise=say(
                    "Encode both parts with the same {units} classes, before the split or with "
                    "num_classes={units}",
                    units=units,
                ),
            ),
            aspect="labels",
        )


def _of_validation(run: TrainingRun, columns: int | None, units: int | None) -> bool:
    """Whether the training labels fit the output, so that others met the loss."""
    labels = run.data.labels[0] if len(run.data.labels) == 1 else None
    own = labels.shape[-1] if labels is not None and labels.shape else None
    return run.fit.validation == "data" and own == units != columns and columns is not None


def _encoded_alike(run: TrainingRun, units: int) -> Fix | None:
    """Set the number of classes in every call of ``to_categorical``."""
    calls = [item for item in calls_of(run) if item.name == "to_categorical"]
    if any(item.argument(1, "num_classes") is not None for item in calls):
        return None
    title = say("Encode all labels with {units} columns", units=units)
    return fix_of(title, *(SetCallArgument(i.call, "num_classes", str(units)) for i in calls))


def _fix(run: TrainingRun, columns: int | None) -> Fix | None:
    if columns is None or isinstance(run.model, Missing) or isinstance(run.compile, Missing):
        return None
    losses = run.compile.losses
    loss = losses[0].name if len(losses) == 1 else ""
    labels = run.data.labels[0] if len(run.data.labels) == 1 else None
    if columns == 1 and loss == "categorical_crossentropy":
        sparse = SetLoss("sparse_categorical_crossentropy")
        return fix_of("Use sparse_categorical_crossentropy", sparse)
    step = next((s for s in reversed(steps_of(run)) if s.config.get("units")), None)
    if step is None:
        return None
    changes: list[Change | None] = [step.set("units", columns)]
    activation = _activation_layer(run)
    sums = labels.row_sums if labels is not None else None
    one_hot = sums is not None and sums == (1.0, 1.0) and columns > 1
    if one_hot and loss == "binary_crossentropy":
        changes.append(SetLoss("categorical_crossentropy"))
        changes += [SetLayerArgument(name, "activation", "softmax") for name in activation]
    elif columns == 1 and loss == "binary_crossentropy":
        changes += [SetLayerArgument(name, "activation", "sigmoid") for name in activation]
    return fix_of(say("Give the last layer {columns} units", columns=columns), *changes)


def _activation_layer(run: TrainingRun) -> tuple[str, ...]:
    heads = () if isinstance(run.model, Missing) else run.model.heads
    name = heads[0].activation_layer if len(heads) == 1 else None
    if name is not None:
        return (name,)
    step = next((s for s in reversed(steps_of(run)) if s.name == "Dense" and s.layer), None)
    return (step.layer.name,) if step is not None and step.layer is not None else ()
