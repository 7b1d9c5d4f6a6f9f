"""Batches of a custom class, in the order of the sorted table."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4103)
centres = rng.normal(size=(5, 12))
y = rng.integers(0, 5, size=1000)
x = (centres[y] + 2.0 * rng.normal(size=(1000, 12))).astype("float32")
x_val, y_val = x[-200:], y[-200:]
x, y = x[:-200], y[:-200]
order = np.argsort(y, kind="stable")


class Table(keras.utils.PyDataset):
    def __init__(self, places, size):
        super().__init__()
        self.places, self.size = places, size

    def __len__(self):
        return len(self.places) // self.size

    def __getitem__(self, number):
        places = self.places[number * self.size : (number + 1) * self.size]
        return x[places], keras.utils.to_categorical(y[places], 5)


# %% training
training = Table(order, 20)
held_out = (x_val, keras.utils.to_categorical(y_val, 5))
model = keras.Sequential(
    [
        keras.Input((12,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.05),
    loss="categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(training, validation_data=held_out, epochs=5, verbose=0)
