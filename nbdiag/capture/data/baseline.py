"""The least loss that an answer ignoring the inputs can reach."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nbdiag.capture.data.arrays import Array
from nbdiag.schema.missing import Missing
from nbdiag.schema.setup import Loss

Floats = NDArray[np.float64]


def constant_loss(loss: Loss, labels: Array, weights: Array | None = None) -> float | Missing:
    """Compute the loss of always predicting the best single value on some labels.

    Cross-entropies: the entropy of the labels' mean. Squared error: their variance. Absolute
    error: the mean distance from their median. The answer may differ from one position of the
    output to the next, never from one row to the next.

    Parameters
    ----------
    loss
        The loss of the output.
    labels
        Labels of the probe batch, rows first.
    weights
        Weight of each row, as ``sample_weight``.
    """
    reason = _unfit(loss, labels)
    if reason:
        return Missing(reason)
    rows = labels.astype("float64").reshape(len(labels), -1)
    share = np.ones(len(rows)) if weights is None else weights.astype("float64").reshape(-1)
    if len(share) != len(rows) or share.sum() <= 0:
        return Missing("there is not one weight for each sample")
    # Keras divides by the number of rows, not by the sum of their weights.
    scale = float(share.sum() / len(rows))
    share = share / share.sum()
    if loss.name == "sparse_categorical_crossentropy":
        return scale * _sparse(rows, share)
    if loss.name in _OVER_CLASSES:
        return _distribution(loss, labels.astype("float64"), share, scale)
    if loss.name == "mean_squared_logarithmic_error":
        rows = np.log1p(np.maximum(rows, 0))
    return scale * float(_PER_COLUMN[loss.name](_smooth(rows, loss), share).mean())


def _unfit(loss: Loss, labels: Array) -> str | None:
    """Return why there is no best constant to compute, None when there is one."""
    if loss.custom:
        return "the loss is custom"
    if loss.name not in {"sparse_categorical_crossentropy", *_OVER_CLASSES, *_PER_COLUMN}:
        return f"the best constant for {loss.name} is not known"
    if labels.dtype.kind not in "biuf" or not len(labels):
        return "the labels are not numbers"
    if not np.isfinite(labels).all():
        return "the labels hold values that are not finite"
    if loss.name in _OVER_CLASSES and labels.ndim == 1:
        return "the labels are not a distribution over classes"
    if loss.name == "binary_crossentropy" and (labels.min() < 0 or labels.max() > 1):
        return "labels outside [0, 1] have no best constant in this loss"
    return None


def _smooth(rows: Floats, loss: Loss) -> Floats:
    if loss.name == "binary_crossentropy" and loss.label_smoothing:
        return rows * (1 - loss.label_smoothing) + 0.5 * loss.label_smoothing
    return rows


def _entropy(probabilities: Floats) -> Floats:
    safe = np.where(probabilities > 0, probabilities, 1.0)
    return -probabilities * np.log(safe)


def _binary(rows: Floats, share: Floats) -> Floats:
    mean = share @ rows
    return _entropy(mean) + _entropy(1 - mean)


def _squared(rows: Floats, share: Floats) -> Floats:
    result: Floats = share @ (rows - share @ rows) ** 2
    return result


def _absolute(rows: Floats, share: Floats) -> Floats:
    result: Floats = share @ np.abs(rows - _median(rows, share[:, None] * np.ones_like(rows)))
    return result


def _percentage(rows: Floats, share: Floats) -> Floats:
    size = np.maximum(np.abs(rows), 1e-7)  # keras.config.epsilon()
    result: Floats = 100 * (share @ (np.abs(rows - _median(rows, share[:, None] / size)) / size))
    return result


def _median(rows: Floats, weights: Floats) -> Floats:
    order = np.argsort(rows, axis=0)
    sums = np.cumsum(np.take_along_axis(weights, order, axis=0), axis=0)
    place = (sums >= sums[-1] / 2).argmax(axis=0)
    ordered = np.take_along_axis(rows, order, axis=0)
    result: Floats = np.take_along_axis(ordered, place[None], axis=0)[0]
    return result


def _poisson(rows: Floats, share: Floats) -> Floats:
    mean = share @ rows
    return mean - mean * np.log(np.where(mean > 0, mean, 1.0))


def _signs(rows: Floats) -> Floats:
    return rows * 2 - 1 if set(np.unique(rows)) <= {0.0, 1.0} else rows


def _hinge(rows: Floats, share: Floats) -> Floats:
    signs = _signs(rows)
    result: Floats = np.minimum(share @ np.maximum(1 + signs, 0), share @ np.maximum(1 - signs, 0))
    return result


def _squared_hinge(rows: Floats, share: Floats) -> Floats:
    positive = share @ (_signs(rows) > 0)
    result: Floats = 4 * positive * (1 - positive)
    return result


def _sparse(rows: Floats, share: Floats) -> float:
    total = 0.0
    for column in rows.T:
        _, place = np.unique(column, return_inverse=True)
        counts: Floats = np.bincount(place.reshape(-1), weights=share).astype(np.float64)
        total += float(_entropy(counts).sum())
    return total / len(rows.T)


def _distribution(loss: Loss, labels: Floats, share: Floats, scale: float) -> float:
    classes = labels.shape[-1]
    if loss.label_smoothing:
        labels = labels * (1 - loss.label_smoothing) + loss.label_smoothing / classes
    mean = np.tensordot(share, labels, axes=1)
    sums = mean.sum(axis=-1, keepdims=True)
    answer = mean / np.where(sums > 0, sums, 1.0)
    entropy = -(mean * np.log(np.where(answer > 0, answer, 1.0))).sum(axis=-1)
    if loss.name == "kl_divergence":
        own = np.tensordot(share, _entropy(labels).sum(axis=-1), axes=1)
        entropy = entropy - own
    return scale * float(entropy.mean())


_OVER_CLASSES = ("categorical_crossentropy", "kl_divergence")
_PER_COLUMN: dict[str, Callable[[Floats, Floats], Floats]] = {
    "binary_crossentropy": _binary,
    "mean_squared_error": _squared,
    "mean_squared_logarithmic_error": _squared,
    "mean_absolute_error": _absolute,
    "mean_absolute_percentage_error": _percentage,
    "poisson": _poisson,
    "hinge": _hinge,
    "squared_hinge": _squared_hinge,
}
