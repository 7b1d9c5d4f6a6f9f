"""add_loss with a tensor of the graph.

Names: add_loss; layer
By hand: the layer that computes the loss is to be written
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

start = keras.Input((8,))
code = layers.Dense(3)(start)
model = keras.Model(start, layers.Dense(8)(code))
model.add_loss(keras.ops.mean(keras.ops.square(code)))
model.compile(optimizer="adam", loss="mse")
model.fit(x, x, epochs=2, verbose=0)
