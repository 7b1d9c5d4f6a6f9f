"""Pixels are averaged and the divergence of the code is summed; nothing but the history shows it."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

rng = np.random.default_rng(3162)
rows, columns = np.mgrid[0:8, 0:8]
places = rng.uniform(1, 7, (800, 2, 1, 1))
pictures = np.exp(-((rows - places[:, 0]) ** 2 + (columns - places[:, 1]) ** 2) / 4)
pictures = pictures.astype("float32")[..., None]


class Draw(layers.Layer):
    def call(self, inputs):
        mean, spread = inputs
        return mean + ops.exp(0.5 * spread) * keras.random.normal(ops.shape(mean))


# %% training
class Pictures(keras.Model):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.total = keras.metrics.Mean(name="loss")
        self.rebuilt = keras.metrics.Mean(name="reconstruction_loss")
        self.divergence = keras.metrics.Mean(name="kl_loss")

    @property
    def metrics(self):
        return [self.total, self.rebuilt, self.divergence]

    def train_step(self, data):
        with tf.GradientTape() as tape:
            mean, spread, code = self.encoder(data)
            shown = self.decoder(code)
            reconstruction_loss = ops.mean(keras.losses.mean_squared_error(data, shown))
            kl_loss = -0.5 * (1 + spread - ops.square(mean) - ops.exp(spread))
            kl_loss_sum = ops.mean(ops.sum(kl_loss, axis=1))
            total = reconstruction_loss + kl_loss_sum
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(total, weights), weights))
        self.total.update_state(total)
        self.rebuilt.update_state(reconstruction_loss)
        self.divergence.update_state(kl_loss_sum)
        return {
            "loss": self.total.result(),
            "reconstruction_loss": self.rebuilt.result(),
            "kl_loss_sum": self.divergence.result(),
        }


inputs = keras.Input((8, 8, 1))
hidden = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(inputs)
hidden = layers.Dense(32, activation="relu")(layers.Flatten()(hidden))
mean, spread = layers.Dense(2)(hidden), layers.Dense(2)(hidden)
encoder = keras.Model(inputs, [mean, spread, Draw()([mean, spread])])
decoder = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(128, activation="relu"),
        layers.Reshape((4, 4, 8)),
        layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"),
    ]
)
model = Pictures(encoder, decoder)
model.compile(optimizer=keras.optimizers.Adam(0.004))
history = model.fit(pictures, epochs=12, batch_size=50, verbose=0)
