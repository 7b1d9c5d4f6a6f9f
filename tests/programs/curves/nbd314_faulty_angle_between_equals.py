"""An arc cosine of pairs that are the same: at 1 it has no slope."""

# %% data
import keras
import numpy as np
from keras import layers, ops


rng = np.random.default_rng(3144)
left = rng.normal(size=(800, 8)).astype("float32")
right = rng.normal(size=(800, 8)).astype("float32")
same = rng.random(800) < 0.5
right[same] = left[same]

# %% training
def angle(pair):
    first, second = (ops.normalize(each, axis=-1) for each in pair)
    cosine = ops.clip(ops.sum(first * second, axis=-1, keepdims=True), -1, 1)
    return ops.arccos(cosine)


tower = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="tanh")])
one, other = keras.Input((8,)), keras.Input((8,))
apart = layers.Lambda(angle, output_shape=(1,))([tower(one), tower(other)])
model = keras.Model([one, other], layers.Dense(1, activation="sigmoid")(apart))
model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(
    [left, right], same.astype("float32"), epochs=20, validation_split=0.2, verbose=0
)
