"""A generator and a critic in one train_step; their losses need not fall."""

# %% data
import keras
import numpy as np
from keras import layers


import tensorflow as tf

rng = np.random.default_rng(105)
angle = rng.uniform(0, 2 * np.pi, size=800)
points = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype("float32")


class Duel(keras.Model):
    def __init__(self):
        super().__init__()
        self.maker = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(2)])
        self.critic = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(1)])
        self.entropy = keras.losses.BinaryCrossentropy(from_logits=True)
        self.second = keras.optimizers.Adam(0.002)

    def call(self, noise):
        return self.critic(self.maker(noise))

    def train_step(self, real):
        noise = tf.random.normal((tf.shape(real)[0], 4))
        with tf.GradientTape(persistent=True) as tape:
            judged, made = self.critic(real), self.critic(self.maker(noise))
            fooled = self.entropy(tf.ones_like(made), made)
            caught = self.entropy(tf.ones_like(judged), judged)
            caught += self.entropy(tf.zeros_like(made), made)
        weights = self.maker.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(fooled, weights), weights))
        weights = self.critic.trainable_variables
        self.second.apply_gradients(zip(tape.gradient(caught, weights), weights))
        return {"loss": fooled, "critic": caught}

# %% training
model = Duel()
model.compile(optimizer=keras.optimizers.Adam(0.002))
history = model.fit(points, epochs=6, batch_size=64, verbose=0)

# %% check
assert np.isfinite(history.history["loss"]).all()
