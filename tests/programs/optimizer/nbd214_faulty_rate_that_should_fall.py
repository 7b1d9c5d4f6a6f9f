"""The callback multiplies the rate where it should divide it: the training is blown apart."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(214)
x = rng.normal(size=(800, 8)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("float32")


def rate_of(epoch):
    return 0.002 * 10 ** (epoch / 4)

# %% training
model = keras.Sequential(
    [keras.Input((8,)), layers.Dense(64, activation="relu"), layers.Dense(1, activation="sigmoid")]
)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
slower = keras.callbacks.LearningRateScheduler(rate_of)
history = model.fit(x, y, epochs=16, batch_size=32, validation_split=0.2, callbacks=[slower], verbose=0)
