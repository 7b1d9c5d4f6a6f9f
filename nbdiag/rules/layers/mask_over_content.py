"""NBD522: an Embedding masks zeros that are content."""

from collections.abc import Iterator

from nbdiag.facts.model.graph import roots
from nbdiag.facts.training.verdict import ending_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

GAPS = 0.1  # share of zeros between the first and the last step that is not 0
PADDED = 0.1  # share of the steps around the content


class MaskOverContent(Rule):
    """An ``Embedding`` with ``mask_zero=True`` masks zeros that are content.

    What it finds
    -------------
    Sequences of whole numbers with zeros between other numbers, in front of an ``Embedding`` that
    takes 0 for padding. Padding stands before or after the content and never within it.

    Why it hurts
    ------------
    The layers after the ``Embedding`` skip each step that holds a 0. What was numbered 0 (the
    first letter of an alphabet, the first class, a move) does not exist for them, and what depends
    on it cannot be learnt.

    Example
    -------
    ::

        number = {letter: place for place, letter in enumerate("ACGT")}     # A is 0
        layers.Embedding(4, 8, mask_zero=True)

    Use instead
    -----------
    ::

        layers.Embedding(4, 8)                                              # nothing is padded

    or, for sequences that are padded, numbers from 1 and ``Embedding(5, 8, mask_zero=True)``.

    Fix safety
    ----------
    review: without a mask each step counts. Where there is padding as well, the numbers of the
    content have to move up by one, and only what to do is shown.

    Thresholds and their source
    ---------------------------
    A tenth of the steps between the first and the last number that is not 0: nothing of a text
    that ``TextVectorization`` or ``pad_sequences`` numbered. Up to a tenth of the steps at the two
    ends may be zeros by chance where 0 is content; with more, the sequences are padded, too, and
    the zeros within may be words that the vocabulary does not have: a warning at most. An error
    where nothing was learnt and nothing is padded; not mentioned where the training works or has
    not begun.

    References
    ----------
    Keras documentation of ``Embedding``: with ``mask_zero=True`` "index 0 cannot be used in the
    vocabulary".
    """

    code = "NBD522"
    name = "mask-over-content"
    aspect = "inputs"
    confidence = "measured"
    explains = ("NBD301", "NBD302", "NBD303", "NBD304", "NBD309", "NBD310")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Look for zeros within the sequences that a masking Embedding reads."""
        model = known(run.model)
        starts = known(roots(model))
        if len(starts) != len(run.data.inputs):
            raise Skipped("which layer takes which input is not clear")
        ending = ending_of(run)
        if ending.verdict not in ("fair", "failed"):
            return
        for start, given in zip(starts, run.data.inputs, strict=True):
            layer = _masking(model, start)
            if layer is None or given.gaps is None or given.gaps < GAPS or given.padding is None:
                continue
            padded = sum(given.padding) >= PADDED
            severity: Severity = "warning"
            if ending.verdict == "failed" and not padded:
                severity = "error"
            yield self._found(given, given.gaps, layer, severity, padded=padded)

    def _found(
        self, given: ArrayStats, gaps: float, layer: Layer, severity: Severity, *, padded: bool
    ) -> Finding:
        message = say(
            "'{layer}' has mask_zero=True, and {share:.0%} of the steps within your sequences are "
            "0: it takes them for padding, and the layers after it skip them.",
            layer=layer.name,
            share=gaps,
        )
        before, after = given.padding or (0.0, 0.0)
        evidence = (
            Evidence("zeros between other numbers", f"{gaps:.0%}", "none", "the arrays"),
            Evidence(
                "zeros at the ends of the sequences",
                f"{before + after:.0%}",
                "padding alone is 0",
                "the arrays",
            ),
        )
        return self.finding(message, evidence, (_fix(layer, padded=padded),), severity=severity)


def _masking(model: Model, start: Layer) -> Layer | None:
    """Return the Embedding with a mask that reads an input first, None where there is none."""
    readers = [item for item in model.layers if start.name in item.inbound]
    for layer in (start, *readers):
        if layer.class_name == "Embedding":
            return layer if layer.config.get("mask_zero") is True else None
    return None


def _fix(layer: Layer, *, padded: bool) -> Fix:
    if padded:
        note = say(
            "Add 1 to the numbers of the content, and 1 to input_dim: 0 is the padding alone."
        )
        return Fix("Number the content from 1", "display", (), note=note)
    change = SetLayerArgument(layer.name, "mask_zero", value=False)
    return Fix("Read each step: mask_zero=False", "review", (change,))
