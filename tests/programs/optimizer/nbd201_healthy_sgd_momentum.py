"""The same at 0.02."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(13)
rng = np.random.default_rng(13)
pattern = rng.random((5, 12, 12, 1)) < 0.4
y = rng.integers(0, 5, size=600)
x = np.clip(0.7 * pattern[y] + 0.3 * rng.random((600, 12, 12, 1)), 0, 1)
labels = np.eye(5, dtype="float32")[y]

# %% training
model = keras.Sequential(
    [
        keras.Input((12, 12, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.02, momentum=0.9, nesterov=True),
    loss="categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, labels, epochs=5, verbose=0)
