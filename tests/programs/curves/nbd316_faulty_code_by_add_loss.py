"""A layer adds the summed divergence of its code to an averaged cross-entropy."""

# %% data
import keras
import numpy as np
from keras import layers, ops

rng = np.random.default_rng(3165)
rows, columns = np.mgrid[0:8, 0:8]
places = rng.uniform(1, 7, (800, 2, 1, 1))
pictures = np.exp(-((rows - places[:, 0]) ** 2 + (columns - places[:, 1]) ** 2) / 4)
pictures = pictures.astype("float32").reshape(800, 64)

# %% training
class Draw(layers.Layer):
    def call(self, inputs):
        mean, spread = inputs
        away = ops.sum(ops.square(mean) + ops.exp(spread) - spread - 1, axis=-1)
        self.add_loss(0.5 * ops.mean(away))
        return mean + ops.exp(0.5 * spread) * keras.random.normal(ops.shape(mean))


inputs = keras.Input((64,))
hidden = layers.Dense(64, activation="relu")(inputs)
code = Draw()([layers.Dense(3)(hidden), layers.Dense(3)(hidden)])
hidden = layers.Dense(64, activation="relu")(code)
model = keras.Model(inputs, layers.Dense(64, activation="sigmoid")(hidden))
model.compile(optimizer=keras.optimizers.Adam(0.004), loss="binary_crossentropy")
history = model.fit(pictures, pictures, epochs=12, batch_size=50, verbose=0)
