"""NBD824: Keras raised an exception that no other rule knows."""

from collections.abc import Iterable, Iterator

from nbdiag.facts.crash.data import expected_shape
from nbdiag.facts.crash.exception import Crash, written
from nbdiag.facts.crash.kind import kind_of
from nbdiag.facts.crash.unknown import OwnFunction, raised_by_keras, raised_by_own_function
from nbdiag.language import later, say
from nbdiag.rules.base import known, registered
from nbdiag.rules.crash.failure import CrashRule, shown
from nbdiag.schema.finding import Evidence, Finding
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.values import given


class ExceptionWithoutARule(CrashRule):
    """Keras raised an exception that no other rule knows.

    What it finds
    -------------
    Exceptions that fit, compile, a layer or another call of Keras raised in your cell, and that
    no other rule of this family explains. It says which call raised it, what Keras says and what
    the call was given; what must change is not known. Where a function of yours failed while Keras
    ran it (a loss, a metric, a generator, a callback), it says which one, and in which line.

    Why it hurts
    ------------
    Nothing is trained. The traceback shows many lines of Keras' own code; the one line of yours
    and the shapes that met there are what helps.

    Example
    -------
    ::

        model.fit(x, y)                     # an exception of TensorFlow that is met rarely

    Use instead
    -----------
    Compare what the message speaks of with what the call is given.

    Fix safety
    ----------
    display: nothing is written, as what was meant is not known.

    Thresholds and their source
    ---------------------------
    None. Exceptions that your own text raises with raise are left to you.

    References
    ----------
    Keras documentation, Training & evaluation with the built-in methods.
    """

    code = "NBD824"
    name = "exception-without-a-rule"
    aspect = "notebook"
    kind = "other"

    def check(self, run: TrainingRun) -> Iterable[Finding]:
        """Explain the exception as far as it is known, where the rule of its kind says nothing."""
        if run.error is None:
            return ()
        kind, crash = known(kind_of(run))
        if kind == self.kind:
            return super().check(run)
        rules = (rule() for rule in registered() if issubclass(rule, CrashRule))
        own = next((rule for rule in rules if rule.kind == kind), None)
        said = own is not None and next(iter(own.judge(run, crash)), None) is not None
        return () if said else tuple(self.judge(run, crash))

    def judge(self, run: TrainingRun, crash: Crash) -> Iterator[Finding]:
        """Report which call raised what, and what it was given."""
        own = raised_by_own_function(run)
        if own is not None:
            yield self._of_own_function(crash, own)
            return
        raised = raised_by_keras(run, crash)
        if raised is None:
            return
        evidence = [Evidence(say("call"), f"{raised.name}(…)", say("one that works"), "cell")]
        for part in "xy":
            found = given(run, part)
            shape = found[1].shape if found is not None else None
            if found is not None and shape is not None:
                told = expected_shape(run) if part == "x" else None
                wanted = written((None, *told)) if told is not None else say("what the loss takes")
                evidence.append(
                    Evidence(say("shape of {name}", name=found[0]), written(shape), wanted, "cell")
                )
        yield self.explain(
            crash,
            say(
                "{call} raised {type}, and nbdiag has no rule for it. Keras says: “{line}”.",
                call=raised.name,
                type=crash.type,
                line=crash.short,
            ),
            evidence,
            (shown(say(_ADVICE)),),
            aspect=raised.aspect,
        )

    def _of_own_function(self, crash: Crash, own: OwnFunction) -> Finding:
        """Name the function of the user that failed, and its line; what was meant is not known."""
        return self.explain(
            crash,
            say(
                "Your own {function} raised {type} in line {line}, when {call} ran it: “{text}”.",
                function=own.name,
                type=crash.type,
                line=own.line,
                call=own.call,
                text=crash.short,
            ),
            (Evidence(own.name, say("line {line}", line=own.line), say("one that works"), "cell"),),
            aspect=own.aspect,
        )


_ADVICE = later(
    "Compare what the message speaks of with the shapes and arguments that this call is given"
)
