"""NBD816: a single row is given without its batch axis."""

from collections.abc import Iterator
from typing import Literal

from nbdiag.facts.crash.exception import Crash, shape_after, written
from nbdiag.facts.crash.shapes import received
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, first_of, fix_of
from nbdiag.schema.changes import ConvertData
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import failed_call
from nbdiag.syntax.calls import root_name
from nbdiag.syntax.text.nodes import is_sequence
from nbdiag.syntax.values import things


class OneRowWithoutItsBatch(CrashRule):
    """A single row is given without its batch axis.

    What it finds
    -------------
    predict called on one row of shape (8,) where it takes batches of shape (rows, 8), or on a
    list that holds one row; a data set that was never batched.

    Why it hurts
    ------------
    The first axis always counts rows. Without it the features themselves are taken for rows.

    Example
    -------
    ::

        patient = np.array([6, 148, 72, 35, 0, 33.6, 0.627, 50])
        model.predict(patient)

    Use instead
    -----------
    ::

        model.predict(patient[np.newaxis])

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with.

    Thresholds and their source
    ---------------------------
    None: sizes are compared exactly.

    References
    ----------
    Keras documentation, Model.predict.
    """

    code = "NBD816"
    name = "one-row-without-its-batch"
    aspect = "inputs"
    kind = "one row"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Add the batch axis to the sample."""
        got = shape_after(crash.line, "incompatible shape ") or received(crash.line)
        if crash.in_fit:
            yield self.explain(
                crash,
                say(
                    "The data set gives single samples of the shape {row}, not batches of them.",
                    row=written(got),
                ),
                (Evidence("one element", written(got), f"(batch, {str(got)[1:]}", "data set"),),
                first_of(
                    fix_of("Batch the data set", ConvertData("inputs", "batch", 32)),
                    otherwise="Call .batch(32) on the data set",
                ),
            )
            return
        call = failed_call(run)
        node = call.argument(0, "x") if call else None
        listed = is_sequence(node)
        name = root_name(node.elts[0] if listed and node.elts else node) if node else ""  # type: ignore[attr-defined]
        thing = things(run).get(name)
        row = thing.shape if thing is not None and thing.shape is not None else got
        form: Literal["unlist", "float32", "row"] = "row"
        if listed:
            # A list of samples is a batch once it is an array; one of batches holds one too many.
            wanted = shape_after(crash.line, "Expected shape ")
            form = "float32" if wanted is None or len(row or ()) < len(wanted) else "unlist"
        change = ConvertData("inputs", form, at=call.call) if call else None
        count = row[0] if row and len(row) == 1 else written(row)
        yield self.explain(
            crash,
            say(
                "predict takes batches of samples, but {name} is one sample of {count} values "
                "(shape {shape}) without the batch axis.",
                name=name or say("its input"),
                count=count,
                shape=written(row),
            ),
            (Evidence("given to predict", written(row), f"(1, {str(written(row))[1:]}", "cell"),),
            first_of(
                fix_of("Predict a batch of one sample", change),
                otherwise="Give predict the sample as row[np.newaxis]",
            ),
        )
