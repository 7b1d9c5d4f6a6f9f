"""A custom class returns raw outputs to binary cross-entropy."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(1011)
x = rng.normal(size=(800, 8)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(32, activation="relu")
        self.second = layers.Dense(16, activation="relu")
        self.last = layers.Dense(1)

    def call(self, inputs):
        return self.last(self.second(self.first(inputs)))

# %% training
model = Net()
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=30, batch_size=32, validation_split=0.2, verbose=0)
