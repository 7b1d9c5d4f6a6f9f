"""NBD314: an operation takes numbers and returns none, before any step could do harm."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

from nbdiag.facts.optimization.step_size import head_contradicts
from nbdiag.facts.training.lost_numbers import LostNumbers, lost_numbers
from nbdiag.language import later, say
from nbdiag.rules.base import Rule
from nbdiag.schema.cell import CallSite, Cell
from nbdiag.schema.changes import WriteInPlace
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.probe import Break
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.arithmetic import operands_on_line
from nbdiag.syntax.call_sites import site_of, text_of
from nbdiag.syntax.text.lines import split_lines


@dataclass(frozen=True)
class _Kind:
    """What an operation does, how cells write it, and what keeps its numbers away from the edge."""

    verb: str
    names: tuple[str, ...] = ()
    guard: str = ""


_ROOT = _Kind(later("takes the square root of"), ("sqrt", "norm"), "{} + 1e-12")
_LOGARITHM = _Kind(later("takes the logarithm of"), ("log", "log10", "log2"), "{} + 1e-7")
_QUOTIENT = _Kind(later("divides by"), ("/", "divide", "truediv", "reciprocal"), "({} + 1e-7)")
_KINDS = {
    "Sqrt": _ROOT,
    "Rsqrt": _Kind(_ROOT.verb, ("rsqrt",), "{} + 1e-12"),
    "Log": _LOGARITHM,
    "Log1p": _Kind(_LOGARITHM.verb, ("log1p",)),
    "RealDiv": _QUOTIENT,
    "Div": _QUOTIENT,
    "Reciprocal": _QUOTIENT,
    "Pow": _Kind(later("raises to a power"), ("**", "pow", "power"), "({} + 1e-12)"),
    "Acos": _Kind(later("takes the arc cosine of"), ("acos", "arccos"), "0.999999 * ({})"),
    "Asin": _Kind(later("takes the arc sine of"), ("asin", "arcsin"), "0.999999 * ({})"),
    "Exp": _Kind(later("takes the exponential of"), ("exp",)),
}
_BOUNDED = {"Acos", "Asin"}  # both ends of their range are edges, so signs do not matter


class NumberLostInAnOperation(Rule):
    """An operation takes numbers and returns none, before any step could do harm.

    What it finds
    -------------
    A loss or a gradient that is NaN or infinite while inputs, targets and weights are finite, and
    the operation where that begins, on the way forward or back: a logarithm or a division at 0, a
    root or a norm at 0, whose slope is infinite, an arc cosine at 1, a power, an exponential that
    overflows. With TensorFlow the layer or the loss, and the line of the cell that made it.

    Why it hurts
    ------------
    One sample is enough: its NaN reaches every weight with the first step that it is in. No
    learning rate helps, for NaN times a small number is NaN.

    Example
    -------
    ::

        def distance(y, p):
            return tf.sqrt(tf.reduce_sum(tf.square(y - p), axis=-1))

    Use instead
    -----------
    ::

        def distance(y, p):
            return tf.sqrt(tf.reduce_sum(tf.square(y - p), axis=-1) + 1e-12)

    Fix safety
    ----------
    review: the added number changes results by less than the precision of the data; whether such
    samples should be there at all is worth a look.

    Thresholds and their source
    ---------------------------
    None: one value that is not finite is enough. Steps are blamed for what they did only where
    loss and gradient were finite before the first.

    References
    ----------
    IEEE 754-2019, 7.3: division by zero; Griewank, Walther (2008), Evaluating Derivatives, 14, on
    slopes at the edge of a function's domain.
    """

    code = "NBD314"
    name = "number-lost-in-an-operation"
    aspect = "loss"
    severity = "error"
    confidence = "proven"
    explains = ("NBD301", "NBD302", "NBD303", "NBD304", "NBD305", "NBD602", "NBD605")
    supersedes = ("NBD201", "NBD204", "NBD210")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Name the operation, or what is known of it."""
        lost = lost_numbers(run)
        if lost is None or head_contradicts(run):
            return  # an output that cannot give what the loss expects is named by its own rule
        when = (
            say("before step 1")
            if lost.probe.moment == "start"
            else say("after epoch {epoch}", epoch=lost.probe.epoch)
        )
        place = lost.place
        message = (
            say(
                "The loss or its gradient is not a number {when}, although data and weights are: "
                "an operation of the loss or of a layer is applied where it has no value or no "
                "slope, such as a logarithm, a division or a root at 0.",
                when=when,
            )
            if isinstance(place, Missing)
            else _message(run, place, when)
        )
        yield self.finding(
            message,
            tuple(_evidence(lost, when)),
            () if isinstance(place, Missing) else _fixes(run, place),
            aspect="architecture" if isinstance(place, Break) and not place.in_loss else None,
        )


def _message(run: TrainingRun, place: Break, when: str) -> str:
    where = say("Your model")
    if place.in_loss:
        where = say("Your loss")
    elif place.layer:
        where = say("The layer '{layer}'", layer=place.layer)
    kind = _KINDS.get(place.operation)
    verb = say(kind.verb) if kind else say("applies {operation} to", operation=place.operation)
    outcome = (
        say("the result is not a number {when}, although data and weights are.", when=when)
        if place.direction == "forward"
        else say(
            "its slope has no value there, so that the gradient is not a number {when}, although "
            "the loss is.",
            when=when,
        )
    )
    return say(
        "{where} {verb} numbers from {low:.3g} to {high:.3g}{line}: {outcome}",
        where=where,
        verb=verb,
        low=place.low,
        high=place.high,
        line=_line(run, place),
        outcome=outcome,
    )


def _line(run: TrainingRun, place: Break) -> str:
    cell = _cell_of(run, place)
    if cell is None or isinstance(place.site, Missing):
        return ""
    lines = split_lines(cell.source)
    text = lines[place.site.line - 1].strip() if place.site.line <= len(lines) else ""
    code = shorten(text, 60, placeholder=" …")
    return say(
        " (cell {cell}, line {line}: {code})", cell=cell.number, line=place.site.line, code=code
    )


def _cell_of(run: TrainingRun, place: Break) -> Cell | None:
    if isinstance(place.site, Missing):
        return None
    number = place.site.cell
    return next((cell for cell in (run.cell, *run.earlier) if cell.number == number), None)


def _evidence(lost: LostNumbers, when: str) -> Iterator[Evidence]:
    probe, place = lost.probe, lost.place
    source = say("probe {when}", when=when)
    if isinstance(place, Break):
        taken = say("{low:.3g} to {high:.3g}", low=place.low, high=place.high)
        yield Evidence(
            say("what {operation} takes", operation=place.operation),
            taken,
            say("where it has a value and a slope"),
            source,
        )
    if not isinstance(probe.loss, Missing):
        yield Evidence("loss", f"{probe.loss:.4g} {when}", "a number", source)
    variables = () if isinstance(probe.variables, Missing) else probe.variables
    norms = [
        item.gradient_norm for item in variables if not isinstance(item.gradient_norm, Missing)
    ]
    if norms:
        broken = max(norms, key=lambda norm: norm != norm or norm == float("inf"))  # noqa: PLR0124
        yield Evidence("the gradient", f"{broken:.4g} {when}", "a number", source)


def _fixes(run: TrainingRun, place: Break) -> Iterator[Fix]:
    kind, cell = _KINDS.get(place.operation), _cell_of(run, place)
    if kind is None or cell is None or not isinstance(place.site, CallSite) or not kind.guard:
        return
    if place.low < 0 and place.operation not in _BOUNDED:
        return
    operands = list(operands_on_line(cell, place.site.line, kind.names))
    changes = tuple(
        WriteInPlace(site_of(cell, node), text, kind.guard.format(text))
        for node in operands
        if (text := text_of(cell, node))
    )
    if changes:
        title = say("Keep its numbers away from the edge: {code}", code=changes[0].code)
        yield Fix(title, "review", changes)
