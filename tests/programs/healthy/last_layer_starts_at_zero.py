"""The last layer begins with zeros, so the first answers are even and no hidden unit moves yet."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(274)
centres = rng.normal(size=(5, 10))
y = rng.integers(0, 5, size=1000)
x = centres[y] + 0.7 * rng.normal(size=(1000, 10))

# %% training
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(5, activation="softmax", kernel_initializer="zeros"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.85
