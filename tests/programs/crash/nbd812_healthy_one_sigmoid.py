"""The same with two softmax units trains."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
x = rng.normal(size=(300, 12)).astype("float32")
y = (x.sum(axis=1) > 0).astype("int32")

# %% training
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(12, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
