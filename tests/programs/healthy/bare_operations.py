"""Scaling and relu as operations between layers, no layers of their own."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(154)
pattern = rng.random((4, 14, 14, 1)) < 0.4
y = rng.integers(0, 4, size=500)
x = np.clip(0.7 * pattern[y] + 0.3 * rng.random((500, 14, 14, 1)), 0, 1)
x = (255 * x).astype("float32")

# %% training
inputs = keras.Input((14, 14, 1))
scaled = inputs / 255.0
hidden = keras.ops.relu(layers.Conv2D(8, 3)(scaled))
hidden = layers.Flatten()(keras.ops.max(hidden, axis=-1, keepdims=True))
hidden = keras.ops.relu(layers.Dense(32)(hidden))
model = keras.Model(inputs, layers.Dense(4, activation="softmax")(hidden))
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
