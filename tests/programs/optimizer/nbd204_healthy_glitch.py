"""The same, clipped: back within the epoch."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(17)
x = rng.normal(size=(600, 8)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")
glitch = 100  # how much too large, and turned round, thirty rows of one epoch are


class Batches(keras.utils.PyDataset):
    """Sixty batches of ten rows."""

    epoch = 0

    def __len__(self):
        return 60

    def __getitem__(self, index):
        rows = slice(10 * index, 10 * index + 10)
        if self.epoch == 8 and index < 3:
            return glitch * x[rows], 1 - y[rows]
        return x[rows], y[rows]

    def on_epoch_end(self):
        self.epoch += 1

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.05, epsilon=1e-8, clipnorm=1.0),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
model.fit(Batches(), epochs=13, verbose=0)
