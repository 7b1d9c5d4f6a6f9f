"""What inputs and labels are like, and what both sides of a split have in common.

Numbers are float64, shapes are per sample, and shares lie in [0, 1].
"""

from dataclasses import dataclass

from nbdiag.schema.cell import Shape
from nbdiag.schema.missing import Missing


@dataclass(frozen=True)
class ArrayStats:
    """Statistics of one array of inputs or labels.

    Attributes
    ----------
    name
        Key of the input or output, "" when there is one.
    shape
        Of one sample.
    rows
        Number of samples in the whole array, None for a stream.
    sampled
        Number of samples that the statistics come from.
    whole
        Share of values that are whole numbers.
    nans, infinities
        Counts in the sample.
    values
        The distinct values and their counts when there are at most 256, sorted; else None.
    row_sums
        Least and greatest sum over the last axis, None for one axis.
    constant_columns, columns
        For flat rows: features that never change, and the number of features; 0 otherwise.
    column_means, column_stds
        Per feature, for rows with at most 512 features; None otherwise.
    shares
        For labels: rows per class (index of the greatest column, or the value itself).
    padding
        For sequences: mean share of steps at the start and at the end of a sample that hold zeros
        alone; None for samples without steps.
    gaps
        For sequences of whole numbers: share of zeros among the steps between the first and the
        last that is not zero; None for other samples.
    digest
        Digest of the sampled bytes, to compare two runs in one session.
    flat
        For images: share of those that have one value everywhere; None for other shapes.
    """

    name: str
    dtype: str
    shape: Shape
    rows: int | None
    sampled: int
    minimum: float
    maximum: float
    mean: float
    std: float
    whole: float = 0.0
    nans: int = 0
    infinities: int = 0
    values: tuple[tuple[float, int], ...] | None = None
    row_sums: tuple[float, float] | None = None
    constant_columns: int = 0
    columns: int = 0
    column_means: tuple[float, ...] | None = None
    column_stds: tuple[float, ...] | None = None
    shares: dict[int, float] | None = None
    digest: str = ""
    padding: tuple[float, float] | None = None
    gaps: float | None = None
    flat: float | None = None


@dataclass(frozen=True)
class NearDuplicates:
    """Validation rows that nearly repeat a training row, counted on a sample.

    Attributes
    ----------
    looked_at, among
        Validation rows that were looked at, and training rows that they were compared with.
    columns
        Columns of quantities that the distance is measured on, each scaled to deviation 1.
    found
        Rows whose nearest training row is ten times closer than their tenth, and not the same
        byte for byte.
    dimension
        How many dimensions the rows fill, estimated from the tenth to the twentieth neighbour.
    """

    looked_at: int
    among: int
    columns: int
    found: int
    dimension: float


@dataclass(frozen=True)
class Split:
    """What training and validation rows have to do with each other.

    Attributes
    ----------
    training_rows, validation_rows
        Sizes of the two sides.
    shared_rows
        Validation rows that stand in the training data byte for byte.
    duplicate_rows
        Training rows that repeat an earlier one byte for byte.
    near
        Validation rows that repeat a training row but for small differences.
    ordered
        Share of neighbouring training rows with the same class, less the share expected of
        shuffled rows; close to 1 for data sorted by class. Missing for targets without classes.
    """

    training_rows: int
    validation_rows: int
    shared_rows: int | Missing = Missing("not compared")
    duplicate_rows: int | Missing = Missing("not compared")
    ordered: float | Missing = Missing("not compared")
    near: NearDuplicates | Missing = Missing("not compared")


@dataclass(frozen=True)
class Passed:
    """What the samples that passed in the first epoch have in common, where a side is a stream.

    Attributes
    ----------
    training_rows, validation_rows
        Samples that were compared: the first that passed, or all of a side given as arrays.
    shared_rows
        Validation samples that are among the training samples compared, byte for byte.
    duplicate_rows
        Training samples compared that repeat an earlier one byte for byte.
    epoch_share
        Share of the training samples of an epoch that were compared.
    same_object
        Whether one and the same object was given to train on and to validate on.
    batch_order
        How far each training batch holds one class alone: 0 for batches drawn at random, 1 for
        samples sorted by class. Missing for targets without classes.
    """

    training_rows: int
    validation_rows: int
    shared_rows: int | Missing = Missing("not compared")
    duplicate_rows: int | Missing = Missing("not compared")
    epoch_share: float = 1.0
    same_object: bool = False
    batch_order: float | Missing = Missing("not compared")


@dataclass(frozen=True)
class Data:
    """Inputs and labels of both sides of the split."""

    inputs: tuple[ArrayStats, ...] = ()
    labels: tuple[ArrayStats, ...] = ()
    validation_inputs: tuple[ArrayStats, ...] = ()
    validation_labels: tuple[ArrayStats, ...] = ()
    split: Split | Missing = Missing("no validation data")
    passed: Passed | Missing = Missing("the data are arrays")
