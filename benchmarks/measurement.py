"""What benchmarks of watched trainings share: models, hooks of nbdiag, the spread of figures."""

import statistics

# The cell that makes and compiles each model, as a beginner does.
_HEAD = """    layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
"""
MODELS = {
    "mlp": """model = keras.Sequential([
    keras.Input((784,)),
    layers.Dense(256, activation="relu"),
    layers.Dropout(0.2),
    layers.Dense(128, activation="relu"),
"""
    + _HEAD,
    "cnn": """model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(16, 3, activation="relu"),
    layers.BatchNormalization(),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Flatten(),
"""
    + _HEAD,
    "text": """model = keras.Sequential([
    keras.Input((60,)),
    layers.Embedding(2000, 32),
    layers.LSTM(32),
"""
    + _HEAD,
}

# Methods through which a training calls nbdiag.
HOOKS = (
    "capture.watch:Watch.opened",
    "capture.watch:Watch.begins",
    "capture.watch:Watch.report",
    "capture.watch:Watch.closed",
    "capture.session:Session.train_begins",
    "capture.session:Session.epoch_ends",
    "capture.session:Session.train_ends",
)


def quartiles(values: list[float]) -> float:
    """Return the distance between the quartiles."""
    if len(values) == 1:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4)
    return high - low
