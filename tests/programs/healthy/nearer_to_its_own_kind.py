"""Triplets: the loss comes from a layer, compile names none, and fit gets no targets."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(225)
centres = 1.2 * rng.normal(size=(8, 16))
kind = rng.integers(0, 8, size=900)
other = (kind + rng.integers(1, 8, size=900)) % 8
anchor, friend, stranger = (
    centres[part] + 0.7 * rng.normal(size=(900, 16)) for part in (kind, kind, other)
)


class Triplet(layers.Layer):
    def call(self, inputs):
        anchor, friend, stranger = inputs
        near = keras.ops.sum((anchor - friend) ** 2, axis=-1)
        far = keras.ops.sum((anchor - stranger) ** 2, axis=-1)
        self.add_loss(keras.ops.mean(keras.ops.maximum(near - far + 0.5, 0)))
        return near - far

# %% training
code = keras.Sequential(
    [
        keras.Input((16,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(8),
        layers.UnitNormalization(),
    ]
)
rows = [keras.Input((16,)) for _ in range(3)]
model = keras.Model(rows, Triplet()([code(row) for row in rows]))
model.compile(optimizer=keras.optimizers.Adam(0.003))
history = model.fit([anchor, friend, stranger], epochs=10, verbose=0)

# %% check
assert np.mean(model.predict([anchor, friend, stranger], verbose=0) < 0) > 0.97
