"""Twelve layers with weights drawn too wide: each multiplies the gradient by three."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(22)
y = rng.integers(0, 3, size=900)
x = (rng.normal(size=(3, 16))[y] + rng.normal(size=(900, 16))).astype("float32")

# %% training
model = keras.Sequential([keras.Input((16,))])
for _ in range(8):
    wide = keras.initializers.RandomNormal(stddev=0.8)
    model.add(layers.Dense(32, activation="relu", kernel_initializer=wide))
model.add(layers.Dense(3, activation="softmax"))
model.compile(
    optimizer=keras.optimizers.SGD(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=5, verbose=0)
