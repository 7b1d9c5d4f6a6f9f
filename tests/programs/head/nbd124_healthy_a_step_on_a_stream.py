"""A step of one's own over tf.data gives its flat targets a second axis first."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(1243)
x = rng.normal(size=(640, 6)).astype("float32")
y = (3 + x @ rng.normal(size=6) + np.abs(x[:, 0])).astype("float32")
train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(640, seed=1).batch(32)


# %% training
class Gauge(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(32, activation="relu")
        self.last = layers.Dense(1)

    def call(self, inputs):
        return self.last(self.hidden(inputs))

    def train_step(self, data):
        inputs, level = data
        with tf.GradientTape() as tape:
            guess = self(inputs, training=True)
            loss = tf.reduce_mean(tf.math.squared_difference(guess, level[:, None]))
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {"loss": loss}


model = Gauge()
model.compile(optimizer=keras.optimizers.Adam(0.005))
history = model.fit(train, epochs=15, verbose=0)
