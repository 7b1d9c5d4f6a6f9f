r"""output_shape of a layer, which is no longer an attribute.

Names: output_shape; output\.shape
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(12, activation="relu"), layers.Dense(1, activation="sigmoid")])
for layer in model.layers:
    print(layer.name, layer.output_shape)
model.compile("adam", "binary_crossentropy")
model.fit(x, y, epochs=3, verbose=0)
