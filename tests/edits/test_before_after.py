"""What a fix looks like: the user's text before and after, character for character."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from nbdiag.edits import write_cell
from nbdiag.schema.changes import (
    AddCallback,
    Change,
    DropShared,
    EncodeLabels,
    InsertLayer,
    MetricSpec,
    RemoveLayer,
    ReplaceLayer,
    ReplaceMetric,
    ScaleInputs,
    ScaleTargets,
    SetFitArgument,
    SetLayerArgument,
    SetLoss,
    SetOptimizer,
    SetOptimizerArgument,
    ShuffleRows,
    SplitAnew,
)
from nbdiag.schema.data import ArrayStats
from tests.edits.notebooks import make_run

STOP = AddCallback("EarlyStopping", {"patience": 5, "restore_best_weights": True})
AT_ZERO = ReplaceMetric("acc", MetricSpec("BinaryAccuracy", {"threshold": 0.0}))
LOGITS = SetLoss("binary_crossentropy", from_logits=True)


@dataclass(frozen=True)
class Valid:
    """A cell, the changes, and the cell that they make."""

    name: str
    changes: Sequence[Change]
    before: str
    after: str
    earlier: tuple[str, ...] = ()


VALID = (
    Valid(
        "field-report-001-sigmoid",
        [SetLayerArgument("dense_1", "activation", "sigmoid")],
        """%%traindiag
from keras import layers
from keras.models import Sequential

model = Sequential()
model.add(layers.Dense(32, activation='relu'))
model.add(layers.Dense(1))  # yes or no
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['acc'])
model.fit(x_train, y_train, epochs=10)
""",
        """%%traindiag
from keras import layers
from keras.models import Sequential

model = Sequential()
model.add(layers.Dense(32, activation='relu'))
model.add(layers.Dense(1, activation='sigmoid'))  # yes or no
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['acc'])
model.fit(x_train, y_train, epochs=10)
""",
    ),
    Valid(
        "field-report-001-logits",
        [AT_ZERO, LOGITS],
        """%%traindiag
from keras import layers
from keras.models import Sequential

model = Sequential([layers.Dense(1)])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['acc'])
history = model.fit(x_train, y_train)
print(history.history['val_acc'])
""",
        """%%traindiag
from keras import layers
from keras.models import Sequential
from keras.losses import BinaryCrossentropy
from keras.metrics import BinaryAccuracy

model = Sequential([layers.Dense(1)])
model.compile(optimizer='adam', loss=BinaryCrossentropy(from_logits=True), """
        """metrics=[BinaryAccuracy(threshold=0.0, name='acc')])
history = model.fit(x_train, y_train)
print(history.history['val_acc'])
""",
    ),
    Valid(
        "head-loss-and-labels-together",
        [
            EncodeLabels("one_hot", 3),
            SetLoss("categorical_crossentropy"),
            SetLayerArgument("dense_1", "activation", "softmax"),
            SetLayerArgument("dense_1", "units", 3),
        ],
        """%%traindiag
import tensorflow as tf

model = tf.keras.Sequential([
    tf.keras.layers.Dense(8, activation="relu"),  # hidden
    tf.keras.layers.Dense(1),  # head
])
model.compile(
    "adam",  # optimizer
    "mse",  # loss
)
model.fit(
    x_train, y_train,  # data
    validation_data=(x_val, y_val),
)
model.evaluate(x_test, y_test)
""",
        """%%traindiag
import tensorflow as tf

model = tf.keras.Sequential([
    tf.keras.layers.Dense(8, activation="relu"),  # hidden
    tf.keras.layers.Dense(3, activation="softmax"),  # head
])
model.compile(
    "adam",  # optimizer
    "categorical_crossentropy",  # loss
)
model.fit(
    x_train, tf.keras.utils.to_categorical(y_train, 3),  # data
    validation_data=(x_val, tf.keras.utils.to_categorical(y_val, 3)),
)
model.evaluate(x_test, tf.keras.utils.to_categorical(y_test, 3))
""",
    ),
    Valid(
        "labels-back-to-classes",
        [EncodeLabels("class_index"), SetLoss("sparse_categorical_crossentropy")],
        """%%traindiag
import keras
from keras.utils import to_categorical
model = keras.Sequential([keras.layers.Dense(3)])
model.compile("adam", loss="categorical_crossentropy")
model.fit(x_train, to_categorical(y_train, 3), validation_data=(x_val, np.eye(3)[y_val]))
model.evaluate(x_test, one_hot)
""",
        """%%traindiag
import keras
from keras.utils import to_categorical
model = keras.Sequential([keras.layers.Dense(3)])
model.compile("adam", loss="sparse_categorical_crossentropy")
model.fit(x_train, y_train, validation_data=(x_val, y_val))
model.evaluate(x_test, np.argmax(one_hot, axis=-1))
""",
    ),
    Valid(
        "labels-by-arithmetic",
        [EncodeLabels("subtract", 1)],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y=y * 2, validation_data=(x_val, y_val if True else y_val))
""",
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y=(y * 2) - 1, validation_data=(x_val, (y_val if True else y_val) - 1))
""",
    ),
    Valid(
        "labels-times",
        [EncodeLabels("multiply", 255)],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y / 255, validation_data=(x_val, y_val - 1))
model.evaluate(x_test, y_test)
""",
        """%%traindiag
import keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, np.rint((y / 255) * 255), validation_data=(x_val, np.rint((y_val - 1) * 255)))
model.evaluate(x_test, np.rint(y_test * 255))
""",
    ),
    Valid(
        "labels-by-threshold",
        [EncodeLabels("greater", 0.5)],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile('adam', 'mse')
model.fit(x, y)
""",
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile('adam', 'mse')
model.fit(x, (y > 0.5).astype('float32'))
""",
    ),
    Valid(
        "rescale-takes-the-input-shape-over",
        [ScaleInputs("rescale", 1 / 255)],
        """%%traindiag
from keras.layers import Dense
from keras.models import Sequential
model = Sequential()
# the body
model.add(Dense(8, input_dim=4))  # wide
model.add(Dense(1))
model.compile("adam", "mse")
model.fit(x, y)
""",
        """%%traindiag
from keras.layers import Dense
from keras.models import Sequential
from keras.layers import Rescaling
model = Sequential()
model.add(Rescaling(1 / 255, input_shape=(4,)))
# the body
model.add(Dense(8))  # wide
model.add(Dense(1))
model.compile("adam", "mse")
model.fit(x, y)
""",
    ),
    Valid(
        "rescale-behind-an-input",
        [ScaleInputs("rescale", 1 / 127.5, -1.0)],
        """%%traindiag
from tensorflow import keras
from tensorflow.keras import layers
inputs = keras.Input(shape=(4,))
x = layers.Dense(8)(inputs)
model = keras.Model(inputs, layers.Dense(1)(x))
model.compile("adam", "mse")
model.fit(x_train, y_train)
""",
        """%%traindiag
from tensorflow import keras
from tensorflow.keras import layers
inputs = keras.Input(shape=(4,))
x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
x = layers.Dense(8)(x)
model = keras.Model(inputs, layers.Dense(1)(x))
model.compile("adam", "mse")
model.fit(x_train, y_train)
""",
    ),
    Valid(
        "rescale-for-every-branch",
        [ScaleInputs("rescale", 1 / 255)],
        """%%traindiag
import keras
from keras import layers
inputs = keras.Input(shape=(4,))  # pixels
a = layers.Dense(8)(inputs)
b = layers.Dense(4)(inputs)
model = keras.Model(inputs=inputs, outputs=layers.Concatenate()([a, b]))
model.compile("adam", "mse")
model.fit(x_train, y_train)
""",
        """%%traindiag
import keras
from keras import layers
inputs = keras.Input(shape=(4,))  # pixels
scaled = layers.Rescaling(1 / 255)(inputs)
a = layers.Dense(8)(scaled)
b = layers.Dense(4)(scaled)
model = keras.Model(inputs=inputs, outputs=layers.Concatenate()([a, b]))
model.compile("adam", "mse")
model.fit(x_train, y_train)
""",
    ),
    Valid(
        "standardize-in-a-builder",
        [ScaleInputs("standardize")],
        """%%traindiag
model = build()
model.compile("adam", "mse")
model.fit(x_train, y_train)
""",
        """%%traindiag
import keras
from keras import layers


def build():
    # two layers
    return keras.Sequential([
        layers.Input(shape=(4,)),
        normalizer,
        layers.Dense(8),
        layers.Dense(1),
    ])


normalizer = layers.Normalization()
normalizer.adapt(x_train)
model = build()
model.compile("adam", "mse")
model.fit(x_train, y_train)
""",
        (
            """import keras
from keras import layers


def build():
    # two layers
    return keras.Sequential([
        layers.Dense(8, input_shape=(4,)),
        layers.Dense(1),
    ])
""",
        ),
    ),
    Valid(
        "optimizer-word-to-object",
        [SetOptimizerArgument("learning_rate", 1e-5), SetOptimizerArgument("clipnorm", 1.0)],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", optimizer="rmsprop")
model.fit(x, y)
""",
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse", optimizer=keras.optimizers.RMSprop(learning_rate=1e-5, clipnorm=1.0))
model.fit(x, y)
""",
    ),
    Valid(
        "optimizer-in-a-variable",
        [SetOptimizerArgument("learning_rate", 0.001)],
        """%%traindiag
import keras
opt = keras.optimizers.SGD(0.5, momentum=0.9)  # fast
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(opt, "mse")
model.fit(x, y)
""",
        """%%traindiag
import keras
opt = keras.optimizers.SGD(0.001, momentum=0.9)  # fast
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(opt, "mse")
model.fit(x, y)
""",
    ),
    Valid(
        "optimizer-that-was-left-out",
        [SetOptimizer("adam")],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(
    loss="mse",  # squares
)
model.fit(x, y)
""",
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(
    loss="mse",  # squares
    optimizer=keras.optimizers.Adam(),
)
model.fit(x, y)
""",
    ),
    Valid(
        "metric-that-goes",
        [ReplaceMetric("accuracy", None)],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(
    optimizer="adam",
    loss="mse",
    metrics=["accuracy"],  # share
)
model.fit(x, y)
""",
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(
    optimizer="adam",
    loss="mse",
    # share
)
model.fit(x, y)
""",
    ),
    Valid(
        "layers-in-and-out-of-a-chain",
        [
            InsertLayer("BatchNormalization", "dense"),
            InsertLayer("Dropout", "dense_1", before=True, arguments={"rate": 0.5}),
            RemoveLayer("gaussian_noise"),
            ReplaceLayer("flatten", "GlobalAveragePooling2D"),
        ],
        """%%traindiag
from keras import Input, Model, layers
first = Input(shape=(4, 4, 1))
h = layers.Dense(8)(first)  # bend
h = layers.GaussianNoise(0.1)(h)  # noise
h = layers.Flatten()(h)
last = layers.Dense(1)(h)
model = Model(first, last)
model.compile("adam", "mse")
model.fit(x, y)
""",
        """%%traindiag
from keras import Input, Model, layers
first = Input(shape=(4, 4, 1))
h = layers.Dense(8)(first)  # bend
h = layers.BatchNormalization()(h)
# noise
h = layers.GlobalAveragePooling2D()(h)
last = layers.Dropout(0.5)(h)
last = layers.Dense(1)(last)
model = Model(first, last)
model.compile("adam", "mse")
model.fit(x, y)
""",
    ),
    Valid(
        "layers-in-and-out-of-a-list",
        [
            InsertLayer("BatchNormalization", "dense"),
            InsertLayer("Dropout", "dense_1", before=True, arguments={"rate": 0.5}),
            RemoveLayer("gaussian_noise"),
        ],
        """%%traindiag
import keras
from keras.layers import Dense, GaussianNoise
model = keras.Sequential([
    Dense(8),  # bend
    GaussianNoise(0.1),  # noise
    # the answer
    Dense(1)
])
model.compile("adam", "mse")
model.fit(x, y)
""",
        """%%traindiag
import keras
from keras.layers import Dense, GaussianNoise
from keras.layers import BatchNormalization
from keras.layers import Dropout
model = keras.Sequential([
    Dense(8),  # bend
    BatchNormalization(),
    # noise
    Dropout(0.5),
    # the answer
    Dense(1)
])
model.compile("adam", "mse")
model.fit(x, y)
""",
    ),
    Valid(
        "wrapped-layer",
        [SetLayerArgument("bidirectional", "dropout", 0.2)],
        """%%traindiag
import keras
from keras import layers
model = keras.Sequential([layers.Bidirectional(layers.LSTM(8)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
""",
        """%%traindiag
import keras
from keras import layers
model = keras.Sequential([layers.Bidirectional(layers.LSTM(8, dropout=0.2)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
""",
    ),
    Valid(
        "fit-arguments-and-a-callback",
        [SetFitArgument("epochs", 40), SetFitArgument("validation_split", 0.2), STOP],
        """%%traindiag
from keras.layers import Dense
from keras.models import Sequential

EPOCHS = 5
model = Sequential([Dense(1)])
model.compile("adam", "mse")
model.fit(
    x, y,
    epochs=EPOCHS)
""",
        """%%traindiag
from keras.layers import Dense
from keras.models import Sequential
from keras.callbacks import EarlyStopping

EPOCHS = 5
model = Sequential([Dense(1)])
model.compile("adam", "mse")
model.fit(
    x, y,
    epochs=40, callbacks=[EarlyStopping(patience=5, restore_best_weights=True)], """
        """validation_split=0.2)
""",
    ),
    Valid(
        "rows-in-another-order",
        [ShuffleRows(7)],
        """%%traindiag
import keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
# train
model.fit(x_train, y_train, validation_split=0.2)
""",
        """%%traindiag
import keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
order = np.random.default_rng(7).permutation(len(x_train))
x_train_shuffled = x_train[order]
y_train_shuffled = y_train[order]
# train
model.fit(x_train_shuffled, y_train_shuffled, validation_split=0.2)
""",
    ),
    Valid(
        "sides-dealt-out-anew",
        [SplitAnew()],
        """%%traindiag
import keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
x_train, x_val = x[:4], x[4:]  # head and tail
y_train, y_val = y[:4], y[4:]
# train
model.fit(x_train, y_train, validation_data=(x_val, y_val))
print(model.evaluate(x_val, y_val))  # at the end
""",
        """%%traindiag
import keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
x_train, x_val = x[:4], x[4:]  # head and tail
y_train, y_val = y[:4], y[4:]
x_all, y_all = np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val])
order = np.random.default_rng(0).permutation(len(x_all))
by_class = order[np.argsort(y_all[order], kind="stable")]
held_out = by_class[np.linspace(0, len(by_class) - 1, len(x_val)).astype(int)]
order = order[~np.isin(order, held_out)]
x_train_mixed, y_train_mixed = x_all[order], y_all[order]
x_val_mixed, y_val_mixed = x_all[held_out], y_all[held_out]
# train
model.fit(x_train_mixed, y_train_mixed, validation_data=(x_val_mixed, y_val_mixed))
print(model.evaluate(x_val_mixed, y_val_mixed))  # at the end
""",
    ),
    Valid(
        "sides-of-one-hot-labels-in-a-pair",
        [SplitAnew(seed=3)],
        """%%traindiag
import keras
labels = np.eye(3)[y]
held_out = (x[4:] / 2, labels[4:])
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", 'mse')
model.fit(x[:4] / 2, labels[:4], validation_data=held_out)
""",
        """%%traindiag
import keras
labels = np.eye(3)[y]
held_out = (x[4:] / 2, labels[4:])
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", 'mse')
x_all, y_all = np.concatenate([x[:4] / 2, x[4:] / 2]), np.concatenate([labels[:4], labels[4:]])
order = np.random.default_rng(3).permutation(len(x_all))
by_class = order[np.argsort(y_all[order].argmax(axis=1), kind="stable")]
held_out_ = by_class[np.linspace(0, len(by_class) - 1, len(x[4:] / 2)).astype(int)]
order = order[~np.isin(order, held_out_)]
x_mixed, y_mixed = x_all[order], y_all[order]
x_val_mixed, y_val_mixed = x_all[held_out_], y_all[held_out_]
model.fit(x_mixed, y_mixed, validation_data=(x_val_mixed, y_val_mixed))
""",
    ),
    Valid(
        "a-split-of-scikit-learn-that-does-not-shuffle",
        [SplitAnew()],
        """%%traindiag
import keras
from sklearn.model_selection import train_test_split
kinds = np.array([0, 0, 0, 1, 1, 1])
x_train, x_val, y_train, y_val = train_test_split(
    x, kinds, test_size=0.5,
    shuffle=False,  # as it comes
)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x_train, y_train, validation_data=(x_val, y_val))
""",
        """%%traindiag
import keras
from sklearn.model_selection import train_test_split
kinds = np.array([0, 0, 0, 1, 1, 1])
x_train, x_val, y_train, y_val = train_test_split(
    x, kinds, test_size=0.5,
    shuffle=True, random_state=0, stratify=kinds,  # as it comes
)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x_train, y_train, validation_data=(x_val, y_val))
""",
    ),
    Valid(
        "shared-rows-dropped-from-the-training",
        [DropShared("training")],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x_train, y_train, validation_data=(x_val, y_val)); model.evaluate(x_train, y_train)
""",
        """%%traindiag
import keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
other_side = {row.tobytes() for row in x_val}
kept = np.array([row.tobytes() not in other_side for row in x_train])
x_train_unshared, y_train_unshared = x_train[kept], y_train[kept]
model.fit(x_train_unshared, y_train_unshared, validation_data=(x_val, y_val)); """
        """model.evaluate(x_train_unshared, y_train_unshared)
""",
    ),
    Valid(
        "shared-rows-dropped-from-the-validation",
        [DropShared("validation")],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x_train, y_train, validation_data=(x_val, y_val))  # row by row
""",
        """%%traindiag
import keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
other_side = {row.tobytes() for row in x_train}
kept = np.array([row.tobytes() not in other_side for row in x_val])
x_val_unshared, y_val_unshared = x_val[kept], y_val[kept]
model.fit(x_train, y_train, validation_data=(x_val_unshared, y_val_unshared))  # row by row
""",
    ),
    Valid(
        "targets-standardised",
        [ScaleTargets(22.5, 9.25)],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
history = model.fit(x, y + 1, validation_data=(x_val, y_val))
""",
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
target_mean, target_std = 22.5, 9.25
history = model.fit(x, ((y + 1) - target_mean) / target_std, """
        """validation_data=(x_val, (y_val - target_mean) / target_std))
""",
    ),
    Valid(
        "model-compile-and-fit-in-three-cells",
        [SetLoss("binary_crossentropy")],
        """%%traindiag
# train it
history = model.fit(x_train, y_train)
""",
        """%%traindiag
from keras import layers
import keras

width = 8
model = keras.Sequential([layers.Dense(width), layers.Dense(1)])  # small

opt = keras.optimizers.Adam(0.01)
model.compile(opt, "binary_crossentropy")

# train it
history = model.fit(x_train, y_train)
""",
        (
            "import pandas\nimport numpy as np\nx_train = x_train / 2\n",
            (
                "from keras import layers\nimport keras\nimport json\n\nwidth = 8\nn = 5\n"
                "model = keras.Sequential([layers.Dense(width), layers.Dense(1)])  # small\n"
                "model.summary()\n"
            ),
            "y_train = y_train + 0\n",
            'opt = keras.optimizers.Adam(0.01)\nmodel.compile(opt, "mse")\n',
            "model.fit(x_train, y_train)\n",
        ),
    ),
    Valid(
        "comments-inside-what-is-replaced",
        [SetOptimizer("Adam", {"learning_rate": 0.01})],
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(
    keras.optimizers.SGD(  # plain
        0.5,  # much
    ),
    "mse",
)
model.fit(x, y)
""",
        """%%traindiag
import keras
model = keras.Sequential([keras.layers.Dense(1)])
# plain
# much
model.compile(
    keras.optimizers.Adam(learning_rate=0.01),
    "mse",
)
model.fit(x, y)
""",
    ),
)


@pytest.mark.parametrize("sites", [True, False], ids=["sites", "names"])
@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_before_and_after(case: Valid, sites: bool) -> None:
    names = None
    run = make_run(case.before, *case.earlier, sites=sites, names=names)
    new = write_cell(run, case.changes)
    assert new.source == case.after
    assert not new.live
    assert new.edited
    again = make_run(new.source, *case.earlier, sites=sites)
    same = [c for c in case.changes if not isinstance(c, RemoveLayer | ReplaceLayer)]
    assert write_cell(again, same).source == case.after


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_the_order_of_the_changes_does_not_matter(case: Valid) -> None:
    run = make_run(case.before, *case.earlier)
    turned = sorted(case.changes, key=repr, reverse=True)
    lines = sorted(write_cell(run, turned).source.split("\n"))
    assert lines == sorted(case.after.split("\n"))


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_the_diff_leads_from_one_to_the_other(case: Valid) -> None:
    new = write_cell(make_run(case.before, *case.earlier), case.changes)
    lines = new.diff.split("\n")
    assert lines[0].startswith("--- ")
    removed = [line[1:] for line in lines[2:] if line.startswith("-")]
    added = [line[1:] for line in lines[2:] if line.startswith("+")]
    kept = [line for line in case.before.split("\n") if line not in removed]
    assert all(line in case.after.split("\n") for line in kept + added)


@pytest.mark.parametrize(("shape", "arguments"), [((), "axis=None"), ((1,), ""), ((8, 3), "")])
def test_a_column_of_plain_numbers_has_no_axis_of_features(
    shape: tuple[int, ...], arguments: str
) -> None:
    run = make_run(
        "import keras\n"
        "model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\n"
        'model.compile("adam", "mse")\n'
        "model.fit(x, y)\n"
    )
    inputs = ArrayStats("", "float32", shape, 100, 100, 0.0, 99.0, 50.0, 29.0)
    run = replace(run, data=replace(run.data, inputs=(inputs,)))
    new = write_cell(run, [ScaleInputs("standardize")])
    assert f"normalizer = keras.layers.Normalization({arguments})\n" in new.source
