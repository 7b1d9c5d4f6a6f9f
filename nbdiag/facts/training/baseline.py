"""What a prediction that ignores the inputs can reach, and where a sound training starts.

Natural logarithms throughout. Formulas: the cross-entropy of a constant prediction is least at the
label shares, where it is their entropy; squared error is least at the mean (the variance) and
absolute error at the median (Bishop, Pattern Recognition and Machine Learning, 2006, 1.5-1.6).
"""

import math
from collections.abc import Sequence

from nbdiag.facts.cache import per_run
from nbdiag.facts.data.labels import has_columns
from nbdiag.facts.data.task import Task, task_of_output
from nbdiag.facts.model.losses import CROSS_ENTROPY
from nbdiag.facts.model.outputs import Output, gives, outputs_of
from nbdiag.language import say
from nbdiag.schema.data import ArrayStats
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun

LOG_2 = math.log(2)


def entropy(shares: Sequence[float]) -> float:
    """Entropy of a distribution in nats; shares that are not positive add nothing."""
    return -sum(share * math.log(share) for share in shares if share > 0)


def binary_entropy(share: float) -> float:
    """Entropy of a yes with that share, in nats."""
    return entropy((share, 1 - share))


def label_entropy(run: TrainingRun, output: Output) -> float | Missing:
    """Entropy of the label prior: the least cross-entropy of a constant prediction.

    Returns
    -------
    float
        In nats: of the class shares for one class out of several, the mean over the columns for
        independent columns. `Missing` when the labels are not classes or were not seen.
    """
    labels, task = output.labels, task_of_output(run, output)
    if isinstance(labels, Missing):
        return labels
    shares = _shares(labels, task)
    if shares is not None:
        return entropy(shares)
    if labels.minimum < 0 or labels.maximum > 1:
        return Missing("the labels are not classes")
    return _mean_binary_entropy(labels)


def best_constant_loss(run: TrainingRun, output: Output) -> float | Missing:
    """Return the least loss of an output that a prediction ignoring the inputs can reach.

    Weights of the loss, of samples and regularisation are left out; with class weights, or
    smoothed labels, or a loss without a known best constant, the value is `Missing`.
    """
    labels, name = output.labels, output.loss_name
    if isinstance(output.loss, Missing):
        return output.loss
    if isinstance(labels, Missing):
        return labels
    if run.fit.class_weight or run.fit.sample_weight or output.loss.label_smoothing:
        return Missing("weights or smoothed labels change the best constant")
    if name == "binary_crossentropy":
        if labels.minimum < 0 or labels.maximum > 1:
            return Missing("binary cross-entropy has no least value for labels outside [0, 1]")
        return _mean_binary_entropy(labels)
    if name in ("categorical_crossentropy", "sparse_categorical_crossentropy"):
        return label_entropy(run, output)
    if name == "mean_squared_error":
        return _variance(labels)
    if name == "mean_absolute_error":
        return _absolute_deviation(labels)
    return Missing(
        say("the best constant for {loss} is not known", loss=name or say("a custom loss"))
    )


def constant_loss(run: TrainingRun, output: Output) -> float | Missing:
    """Return the loss of an output that always predicts the same value.

    Of absolute errors it is that of normal targets: their median is not recorded.
    """
    found = best_constant_loss(run, output)
    if isinstance(found, Missing) and output.loss_name == "mean_absolute_error":
        labels = output.labels
        return labels if isinstance(labels, Missing) else labels.std * math.sqrt(2 / math.pi)
    return found


@per_run
def total_constant_loss(run: TrainingRun) -> float | Missing:
    """Return the least total loss of constant predictions: the weighted sum over outputs."""
    outputs = outputs_of(run)
    if isinstance(outputs, Missing):
        return outputs
    total = 0.0
    for output in outputs:
        part = best_constant_loss(run, output)
        if isinstance(part, Missing):
            return part
        total += part * (1.0 if isinstance(output.loss, Missing) else output.loss.weight)
    return total


def expected_initial_loss(run: TrainingRun, output: Output) -> float | Missing:
    """Return the loss at which a sound model with fresh small weights starts.

    ln 2 for a binary and ln K for a categorical cross-entropy (all classes equally likely), and for
    squared error that of predicting 0, or 0.5 after a sigmoid.
    """
    labels, name = output.labels, output.loss_name
    if name == "binary_crossentropy":
        return LOG_2
    if name in CROSS_ENTROPY and "focal" not in name:
        units = output.head.units or 0
        return math.log(units) if units > 1 else Missing("one unit has no classes to choose from")
    if isinstance(labels, Missing):
        return labels
    if name == "mean_squared_error":
        answer = 0.5 if gives(run, output) == "probabilities" else 0.0
        return labels.std**2 + (labels.mean - answer) ** 2
    return Missing(say("the first loss of {loss} is not known", loss=name or say("a custom loss")))


def chance_accuracy(run: TrainingRun, output: Output) -> float | Missing:
    """Return the accuracy of always predicting the most frequent class.

    Returns
    -------
    float
        In [0, 1]; for independent columns, the mean over the columns. `Missing` when the labels
        are not classes or were not seen.
    """
    labels, task = output.labels, task_of_output(run, output)
    if isinstance(labels, Missing):
        return labels
    shares = _shares(labels, task)
    if shares:
        return max(shares)
    if task.form != "multi_hot":
        return Missing("the labels are not classes")
    means = labels.column_means or (labels.mean,)
    return sum(max(mean, 1 - mean) for mean in means) / len(means)


def _shares(labels: ArrayStats, task: Task) -> tuple[float, ...] | None:
    if task.form == "signed" and task.kind == "multilabel":
        return None
    if task.form in ("binary", "two_values", "signed", "class_index", "one_hot", "constant"):
        return tuple(labels.shares.values()) if labels.shares else None
    if task.form == "distribution":
        return labels.column_means
    return None


def _mean_binary_entropy(labels: ArrayStats) -> float:
    # Without the columns' own means, one number for all columns: a little above the least.
    means = labels.column_means or (labels.mean,)
    return sum(map(binary_entropy, means)) / len(means)


def _variance(labels: ArrayStats) -> float:
    if labels.column_stds:
        return sum(std**2 for std in labels.column_stds) / len(labels.column_stds)
    return labels.std**2


def _absolute_deviation(labels: ArrayStats) -> float | Missing:
    if not labels.values or has_columns(labels):
        return Missing("the median of the labels was not kept")
    total = sum(count for _, count in labels.values)
    median, seen = labels.values[-1][0], 0
    for value, count in labels.values:
        seen += count
        if seen >= total / 2:
            median = value
            break
    return sum(count * abs(value - median) for value, count in labels.values) / total
