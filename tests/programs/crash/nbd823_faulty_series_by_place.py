"""A sequence of batches that looks up rows of a shuffled pandas Series by their place.

Names: index|labels; position|iloc|place; Series|pandas
"""

# %% data
import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
table = pd.DataFrame(rng.random((80, 5)).astype("float32"), columns=list("abcde"))
table["kind"] = (table["a"] > 0.5).astype("int64")
table = table.sample(frac=0.75, random_state=2)

# %% training
import keras
from keras import layers


class Batches(keras.utils.Sequence):
    def __init__(self, rows, labels):
        super().__init__()
        self.rows, self.labels = rows, labels

    def __len__(self):
        return len(self.rows) // 10

    def __getitem__(self, place):
        chosen = range(place * 10, place * 10 + 10)
        return self.rows[place * 10 : place * 10 + 10], np.array([self.labels[i] for i in chosen])


batches = Batches(table[list("abcde")].to_numpy(), table["kind"])
model = keras.Sequential([keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(batches, epochs=1, verbose=0)
