"""A step of one's own squeezes the predictions and leaves the targets a column."""

# %% data
import keras
import numpy as np
from keras import layers, ops
import tensorflow as tf

rng = np.random.default_rng(1244)
x = rng.normal(size=(600, 5)).astype("float32")
y = (x @ rng.normal(size=5) + x[:, 0] * x[:, 1]).astype("float32")[:, None]


# %% training
class Rate(keras.Model):
    def __init__(self):
        super().__init__()
        self.net = keras.Sequential([layers.Dense(24, activation="tanh"), layers.Dense(1)])
        self.mean = keras.metrics.Mean(name="loss")

    def call(self, inputs):
        return ops.squeeze(self.net(inputs), -1)

    def train_step(self, data):
        inputs, target, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            error = self(inputs, training=True) - target
            loss = ops.mean(ops.abs(error))
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        self.mean.update_state(loss)
        return {"loss": self.mean.result()}

    @property
    def metrics(self):
        return [self.mean]


model = Rate()
model.compile(optimizer=keras.optimizers.Adam(0.01))
history = model.fit(x, y, epochs=15, batch_size=30, verbose=0)
