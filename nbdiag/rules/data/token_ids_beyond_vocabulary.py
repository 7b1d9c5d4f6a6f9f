"""NBD413: word ids that the Embedding has no row for."""

import math
from collections.abc import Iterator

from nbdiag.facts.model.input_path import entries_of
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import SetLayerArgument
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun


class TokenIdsBeyondVocabulary(Rule):
    """Some ids have no row in the Embedding.

    What it finds
    -------------
    An ``Embedding`` that takes an input directly and has fewer rows (``input_dim``) than the
    greatest id asks for, or ids below 0.

    Why it hurts
    ------------
    On a CPU the lookup raises an error in the first batch that holds such an id, maybe an hour
    into the training; on a GPU it gives zeros without a word, and every such word is the same.

    Example
    -------
    ::

        tokenizer.word_index                       # ids 1 … 10000
        layers.Embedding(10000, 64)                # rows 0 … 9999

    Use instead
    -----------
    ::

        layers.Embedding(len(tokenizer.word_index) + 1, 64)

    Fix safety
    ----------
    safe when the ids are not negative: a table with a row for each id. Ids below 0 are shown only.

    Thresholds and their source
    ---------------------------
    None: rows are counted from 0 to ``input_dim`` - 1 (Keras documentation of ``Embedding``).

    References
    ----------
    https://keras.io/api/layers/core_layers/embedding/
    """

    code = "NBD413"
    name = "token-ids-beyond-vocabulary"
    aspect = "inputs"
    explains = ("NBD301", "NBD302")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare ids and rows, input by input, on both sides of the split."""
        model = known(run.model)
        ways = known(entries_of(model, run.data.inputs))
        layers = {layer.name: layer for layer in model.layers}
        others = {item.name: item for item in run.data.validation_inputs}
        for way, stats in zip(ways, run.data.inputs, strict=True):
            layer = layers.get(way.layer or "")
            if layer is not None and layer.class_name == "Embedding":
                yield from self._compare(layer, stats, others.get(stats.name, stats))

    def _compare(self, layer: Layer, stats: ArrayStats, other: ArrayStats) -> Iterator[Finding]:
        rows = layer.config.get("input_dim")
        low = min(stats.minimum, other.minimum)
        high = max(stats.maximum, other.maximum)
        if not isinstance(rows, int) or not math.isfinite(high) or (low >= 0 and high < rows):
            return
        message = say(
            "Your ids reach from {low:.0f} to {high:.0f}, but '{layer}' has rows for 0 to {last} "
            "only.",
            low=low,
            high=high,
            layer=layer.name,
            last=rows - 1,
        )
        evidence = Evidence(
            "greatest id", f"{high:.0f}", say("at most {last}", last=rows - 1), "training data"
        )
        if low < 0:
            evidence = Evidence("least id", f"{low:.0f}", "0 or more", "training data")
            fix = Fix("Number the words from 0", "display", ())
        else:
            change = SetLayerArgument(layer.name, "input_dim", int(high) + 1)
            fix = Fix(say("Give the Embedding {rows} rows", rows=int(high) + 1), "safe", (change,))
        yield self.finding(message, (evidence,), (fix,))
