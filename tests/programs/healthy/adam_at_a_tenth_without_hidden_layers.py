"""Adam at 0.1, all rows in one step: one layer of twelve weights bears it."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(276)
centres = np.array([[5.0, 3.4, 1.5], [5.9, 2.8, 4.3], [6.6, 3.0, 5.6]])
kind = np.arange(150) % 3
flowers = centres[kind] + [0.4, 0.3, 0.35] * rng.normal(size=(150, 3))
flowers = (flowers - flowers.mean(axis=0)) / flowers.std(axis=0)

# %% training
model = keras.Sequential([keras.Input((3,)), layers.Dense(3, activation="softmax")])
model.compile(
    optimizer=keras.optimizers.Adam(0.1),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(flowers, kind, epochs=50, batch_size=150, verbose=0)

# %% check
assert history.history["accuracy"][-1] > 0.93
