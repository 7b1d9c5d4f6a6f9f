"""NBD516: the training samples are memorised, and new ones are not recognized."""

from collections.abc import Iterator

from nbdiag.facts.training.gain import shares_named_right
from nbdiag.facts.training.overfitting import overfit
from nbdiag.language import say
from nbdiag.rules.base import Rule, known
from nbdiag.schema.changes import InsertLayer, ReplaceLayer
from nbdiag.schema.finding import Evidence, Finding, Fix
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.run import TrainingRun

LEARNT = 0.9  # of what naming the most frequent class leaves
GAP = 0.4  # of the same, between the rows trained on and the others
SURE = 4.0  # standard errors of the held-out share
_POOLS = {3: "GlobalAveragePooling1D", 4: "GlobalAveragePooling2D"}


class MemorisedRows(Rule):
    """The training samples are memorised, and new ones are not recognized.

    What it finds
    -------------
    A classifier that names nearly all training rows right and far fewer of the held-out ones, while
    the validation loss does not rise (where it does, NBD211 and NBD308 tell the epoch).

    Why it hurts
    ------------
    The curves look like a success, and the model is of little use: what it knows are the rows. More
    epochs change nothing.

    Example
    -------
    ::

        layers.Embedding(1000, 16), layers.Flatten(), layers.Dense(32, activation="relu")
        # accuracy 1.00, val_accuracy 0.62

    Use instead
    -----------
    ::

        layers.Embedding(1000, 16), layers.GlobalAveragePooling1D(), layers.Dense(32, "relu")
        # accuracy 1.00, val_accuracy 0.84

    More rows, augmented ones, fewer weights, dropout and weight decay help as well.

    Fix safety
    ----------
    review: another model. Pooling forgets where in a row something stands.

    Thresholds and their source
    ---------------------------
    Nine tenths of the errors of naming the most frequent class gone on the training rows, four
    tenths less on the held-out ones (sound recorded programs have up to 0.35), and four standard
    errors of that share. Reported as information only: noisy labels and few samples cause a gap
    even in models that are as good as they can be.

    References
    ----------
    Goodfellow, Bengio, Courville (2016), Deep Learning, sections 5.2 and 7.
    """

    code = "NBD516"
    name = "memorised-rows"
    former_names = ("rows-learnt-by-heart",)
    aspect = "regularization"
    severity = "info"
    confidence = "suspected"
    residual = True

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare the shares of rows that are named right."""
        shares = known(shares_named_right(run))
        room = 1 - shares.chance
        gap = shares.training - shares.validation
        by_heart = shares.training - shares.chance >= LEARNT * room
        if not by_heart or gap < max(GAP * room, SURE * shares.error):
            return
        if known(overfit(run)) is not None:
            return
        yield self.finding(
            say(
                "Your model is right on {training:.0%} of the training samples and "
                "{validation:.0%} of the held-out ones: it has memorised samples.",
                training=shares.training,
                validation=shares.validation,
            ),
            (
                Evidence(
                    "held-out samples predicted right",
                    f"{shares.validation:.0%}",
                    say("nearly {training:.0%}, as in training", training=shares.training),
                    "history",
                ),
                Evidence(
                    "always the commonest class",
                    f"{shares.chance:.0%}",
                    say("far less than the model"),
                    "labels",
                ),
            ),
            tuple(_fixes(known(run.model))),
        )


def _fixes(model: Model) -> Iterator[Fix]:
    flat = [layer for layer in model.layers if _pool(layer)]
    if len(flat) == 1:
        change = ReplaceLayer(flat[0].name, _pool(flat[0]))
        yield Fix("Pool over all places instead of flattening them", "review", (change,))
    heads = [head.weights_layer for head in model.heads if head.weights_layer]
    dropping = any(layer.class_name == "Dropout" for layer in model.layers)
    if len(heads) == 1 and not dropping:
        drop = InsertLayer("Dropout", heads[0], before=True, arguments={"rate": 0.5})
        yield Fix("Hide half of the signals before the last layer", "review", (drop,))


def _pool(layer: Layer) -> str:
    """Name the pooling that can stand for a Flatten, "" where there is none."""
    shape = layer.input_shape if layer.class_name == "Flatten" else None
    return _POOLS.get(1 + len(shape), "") if isinstance(shape, tuple) else ""
