"""A sequence of batches whose length is a float.

Names: __len__; float; int
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
pieces = rng.random((90, 8)).astype("float32")
heavy = (pieces.sum(axis=1) > 4).astype("float32")

# %% training
import keras
from keras import layers


class Batches(keras.utils.PyDataset):
    def __init__(self, rows, labels, size):
        super().__init__()
        self.rows, self.labels, self.size = rows, labels, size

    def __len__(self):
        return np.floor(len(self.rows) / self.size)

    def __getitem__(self, place):
        part = slice(place * self.size, (place + 1) * self.size)
        return self.rows[part], self.labels[part]


model = keras.Sequential([keras.Input((8,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(Batches(pieces, heavy, 16), epochs=2, verbose=0)
