"""A penalty on the code is added to the loss of the pictures."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(147)
strokes = (rng.random((5, 64)) < 0.4) * 0.9
pictures = np.clip(strokes[rng.integers(0, 5, size=600)] + 0.05 * rng.normal(size=(600, 64)), 0, 1)


class Draw(layers.Layer):
    def __init__(self):
        super().__init__()
        self.noise = keras.random.SeedGenerator(0)

    def call(self, inputs):
        mean, spread = inputs
        penalty = keras.ops.square(mean) + keras.ops.exp(spread) - spread - 1
        self.add_loss(0.002 * keras.ops.mean(keras.ops.sum(penalty, axis=-1)))
        drawn = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.exp(spread / 2) * drawn

# %% training
inputs = keras.Input((64,))
hidden = layers.Dense(48, activation="relu")(inputs)
code = Draw()([layers.Dense(4)(hidden), layers.Dense(4)(hidden)])
hidden = layers.Dense(48, activation="relu")(code)
model = keras.Model(inputs, layers.Dense(64, activation="sigmoid")(hidden))
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy")
history = model.fit(pictures, pictures, epochs=12, verbose=0)

# %% check
assert history.history["loss"][-1] < 0.75 * history.history["loss"][0]
