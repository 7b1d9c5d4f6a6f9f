"""The cross-entropy of rewarded actions is made small."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

rng = np.random.default_rng(1253)
secret = rng.normal(size=(4, 3))
state = rng.normal(size=(1200, 4)).astype("float32")
action = rng.integers(0, 3, 1200)
reward = (rng.random(1200) < 1 / (1 + np.exp(-2 * state @ secret)[np.arange(1200), action])).astype(
    "float32"
)


# %% training
class Clicks(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(16, activation="relu")
        self.last = layers.Dense(3, activation="softmax")

    def call(self, inputs):
        return self.last(self.hidden(inputs))

    def train_step(self, batch):
        seen, taken, reward = keras.utils.unpack_x_y_sample_weight(batch)
        with tf.GradientTape() as tape:
            chances = self(seen, training=True)
            surprise = keras.losses.sparse_categorical_crossentropy(taken, chances)
            loss = 1.0 * ops.mean(ops.multiply(surprise, reward))
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {"loss": loss}


model = Clicks()
model.compile(optimizer=keras.optimizers.Adam(0.002))
history = model.fit(state, action, sample_weight=reward, epochs=8, batch_size=100, verbose=0)
