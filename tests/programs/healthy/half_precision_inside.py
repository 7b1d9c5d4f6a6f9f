"""Half precision inside, single precision at the end, and a loss that the optimizer scales."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(212)
y = rng.integers(0, 4, size=900)
pitch = np.array([2, 3, 5, 7])[y, None]
waves = np.sin(2 * np.pi * (pitch * np.linspace(0, 1, 40) + rng.random((900, 1))))
waves = (waves + 0.3 * rng.normal(size=(900, 40)))[..., None]

# %% training
keras.mixed_precision.set_global_policy("mixed_float16")
model = keras.Sequential(
    [
        keras.Input((40, 1)),
        layers.Conv1D(16, 9, activation="relu"),
        layers.GlobalMaxPooling1D(),
        layers.Dense(16, activation="relu"),
        layers.Dense(4, activation="softmax", dtype="float32"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(waves, y, epochs=8, validation_split=0.2, verbose=0)
keras.mixed_precision.set_global_policy("float32")

# %% check
assert history.history["val_accuracy"][-1] > 0.9
