"""Convolutions without activation in front of a sum: the relu comes after it."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(124)
pattern = rng.random((3, 12, 12, 1)) < 0.4
y = rng.integers(0, 3, size=400)
x = 0.7 * pattern[y] + 0.3 * rng.random((400, 12, 12, 1))

# %% training
inputs = keras.Input((12, 12, 1))
x1 = layers.Conv2D(12, 3, padding="same", activation="relu")(inputs)
for _ in range(2):
    branch = layers.Conv2D(12, 3, padding="same", activation="relu")(x1)
    branch = layers.Conv2D(12, 3, padding="same")(branch)
    x1 = layers.ReLU()(layers.Add()([x1, branch]))
outputs = layers.Dense(3, activation="softmax")(layers.Flatten()(x1))
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.Adam(0.002),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=4, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
