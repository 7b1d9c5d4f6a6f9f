"""An equation is solved by its remainder: all targets are 0, as they should be."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers


moments = np.random.default_rng(214).uniform(0, 2, size=(1500, 1)).astype("float32")
nothing = np.zeros_like(moments)


class Decay(keras.Model):
    """u' = -2 u with u(0) = 1."""

    def __init__(self):
        super().__init__()
        self.first = layers.Dense(24, activation="tanh")
        self.last = layers.Dense(1)

    def solution(self, moment):
        return 1 + moment * self.last(self.first(moment))

    def call(self, moment):
        with tf.GradientTape() as tape:
            tape.watch(moment)
            u = self.solution(moment)
        return tape.gradient(u, moment) + 2 * u

# %% training
model = Decay()
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", jit_compile=False)
history = model.fit(moments, nothing, epochs=20, batch_size=50, verbose=0)

# %% check
assert np.abs(model.solution(moments) - np.exp(-2 * moments)).max() < 0.03
