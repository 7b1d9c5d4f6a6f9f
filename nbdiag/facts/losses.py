"""Keras' own losses by what they expect of the output."""

from nbdiag.language import later, say
from nbdiag.schema.setup import Loss

_ALIASES = {
    "bce": "binary_crossentropy",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "huber_loss": "huber",
}

BINARY = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
CATEGORICAL = frozenset({"categorical_crossentropy", "categorical_focal_crossentropy"})
SPARSE = frozenset({"sparse_categorical_crossentropy"})
CROSS_ENTROPY = BINARY | CATEGORICAL | SPARSE
MARGIN = frozenset({"hinge", "squared_hinge", "categorical_hinge"})
DISTANCE = frozenset(
    {
        "mean_squared_error",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error",
        "huber",
        "log_cosh",
    }
)
COUNTING = frozenset({"poisson"})
"""Losses of a number of events: whole numbers are a quantity there."""

TITLES = {
    "binary_crossentropy": later("binary cross-entropy"),
    "binary_focal_crossentropy": later("binary focal cross-entropy"),
    "categorical_crossentropy": later("categorical cross-entropy"),
    "categorical_focal_crossentropy": later("categorical focal cross-entropy"),
    "sparse_categorical_crossentropy": later("sparse categorical cross-entropy"),
    "mean_squared_error": later("mean squared error"),
    "mean_absolute_error": later("mean absolute error"),
    "mean_absolute_percentage_error": later("mean absolute percentage error"),
    "mean_squared_logarithmic_error": later("mean squared logarithmic error"),
    "kl_divergence": later("Kullback-Leibler divergence"),
    "log_cosh": "log-cosh",
}


def canonical(loss: Loss) -> str:
    """Give Keras' full name of a loss, "" for the user's own."""
    return "" if loss.custom else _ALIASES.get(loss.name.lower(), loss.name.lower())


def title(name: str) -> str:
    """Give a loss's name as it stands in a sentence."""
    return say(TITLES.get(name, name.replace("_", " ")))
