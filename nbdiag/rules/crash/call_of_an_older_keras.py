"""NBD801: the cell calls something that Keras 3 no longer has."""

from collections.abc import Iterator

from nbdiag.facts.crash.exception import Crash
from nbdiag.facts.crash.keras2 import old_api
from nbdiag.language import say
from nbdiag.rules.crash.failure import CrashRule, fix_of, shown
from nbdiag.schema.changes import WriteForKeras3
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun


class CallOfAnOlderKeras(CrashRule):
    """The cell calls something that Keras 3 no longer has.

    What it finds
    -------------
    ImportError, AttributeError, TypeError and ValueError that name a module, class, method or
    argument of Keras 1 or 2: keras.layers.normalization, np_utils, fit_generator, lr=, nb_epoch,
    border_mode, merge, Model(input=…), keys such as val_acc.

    Why it hurts
    ------------
    Keras 3 is a rewrite of 2023. Code from older posts and books stops at its first import,
    and the exception does not say what the thing is called today.

    Example
    -------
    ::

        from keras.utils import np_utils
        model.fit_generator(batches, samples_per_epoch=2000, nb_epoch=5)

    Use instead
    -----------
    ::

        from keras.utils import to_categorical
        model.fit(batches, steps_per_epoch=2000 // 32, epochs=5)

    Fix safety
    ----------
    review: the cell raised an exception, so the new cell has no earlier training to be compared
    with. The whole cell is written for Keras 3, not only the line that failed.

    Thresholds and their source
    ---------------------------
    None: names are looked up in a table read from Keras 1.2, 2.0 to 2.15 and 3.15.

    References
    ----------
    Keras team, Migrating Keras 2 code to multi-backend Keras 3 (2023).
    """

    code = "NBD801"
    name = "call-of-an-older-keras"
    aspect = "notebook"
    kind = "older keras"

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report what is old and what replaces it."""
        found = old_api(run, crash)
        first = found[0]
        successor = (
            say("use {new} instead", new=first.new) if first.new else say("it has no replacement")
        )
        evidence = [
            Evidence(
                say("{what} of Keras 2", what=say(item.what)),
                item.old,
                item.new or "removed",
                "Keras 3",
            )
            for item in found
        ]
        message = say(
            "{old} is Keras 2 and does not exist in Keras 3: {successor}.",
            old=first.old,
            successor=successor,
        )
        metrics = first.old.startswith("metrics=")
        if metrics:
            message = say(
                "metrics takes a list in Keras 3, metrics=[…]: a single metric without brackets "
                "was accepted by Keras 2 only."
            )
        yield self.explain(
            crash,
            message,
            evidence,
            [shown(first.advice)]
            if first.advice
            else [fix_of("Write it for Keras 3", WriteForKeras3())],
            aspect="metrics" if metrics else None,
        )
