"""Points without labels: invertible steps that begin as the identity, and their likelihood."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers


rng = np.random.default_rng(231)
first = rng.normal(size=1500)
points = np.stack([first, 0.5 * first**2 + 0.3 * rng.normal(size=1500)], axis=1)
points = (points / points.std(axis=0)).astype("float32")


def step():
    ends_at_zero = layers.Dense(2, kernel_initializer="zeros")
    return keras.Sequential([layers.Dense(24, activation="relu"), ends_at_zero])


class Flow(keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [step() for _ in range(4)]
        self.seen = keras.metrics.Mean(name="loss")

    def call(self, rows):
        a, b, volume = rows[:, :1], rows[:, 1:], 0.0
        for part in self.parts:
            change = part(a)
            scale = tf.tanh(change[:, :1])
            a, b = b * tf.exp(scale) + change[:, 1:], a
            volume += scale[:, 0]
        return 0.5 * (a**2 + b**2)[:, 0] - volume

    def train_step(self, rows):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self(rows, training=True))
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        self.seen.update_state(loss)
        return {"loss": self.seen.result()}

    @property
    def metrics(self):
        return [self.seen]

# %% training
model = Flow()
model.compile(optimizer=keras.optimizers.Adam(0.003))
history = model.fit(points, epochs=12, batch_size=50, verbose=0)

# %% check
assert history.history["loss"][-1] < 0.4
