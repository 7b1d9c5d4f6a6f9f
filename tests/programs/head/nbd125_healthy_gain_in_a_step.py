"""A step of one's own minimises the negative of what it wants."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

rng = np.random.default_rng(1252)
secret = rng.normal(size=(4, 3))
state = rng.normal(size=(1200, 4)).astype("float32")
action = rng.integers(0, 3, 1200)
reward = (rng.random(1200) < 1 / (1 + np.exp(-2 * state @ secret)[np.arange(1200), action])).astype(
    "float32"
)
data = tf.data.Dataset.from_tensor_slices((state, action, reward)).batch(100)


# %% training
class Policy(keras.Model):
    def __init__(self):
        super().__init__()
        self.net = keras.Sequential([layers.Dense(16, activation="tanh"), layers.Dense(3)])

    def call(self, inputs):
        return self.net(inputs)

    def train_step(self, batch):
        seen, taken, rewards = batch
        with tf.GradientTape() as tape:
            scores = tf.nn.log_softmax(self(seen, training=True))
            picked = tf.gather(scores, taken, batch_dims=1)
            gains = rewards - tf.reduce_mean(rewards)
            objective = -tf.reduce_mean(picked * gains)
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(objective, weights), weights))
        return {"loss": objective}


model = Policy()
model.compile(optimizer=keras.optimizers.Adam(0.01))
history = model.fit(data, epochs=8, verbose=0)
