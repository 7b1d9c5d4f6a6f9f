"""A class brightens its pictures by many times their own range."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4)


def bars(count):
    """Pictures with an upright or a lying bar."""
    kind = rng.integers(0, 2, count)
    pictures = rng.normal(0.2, 0.05, (count, 12, 12, 1))
    for picture, lying in zip(pictures, kind, strict=True):
        row, column = rng.integers(1, 7, 2)
        if lying:
            picture[row : row + 2, column : column + 5] += 0.6
        else:
            picture[column : column + 5, row : row + 2] += 0.6
    return np.clip(pictures, 0, 1).astype("float32"), kind


x, y = bars(600)
x_val, y_val = bars(200)


# %% training
class Bars(keras.Model):
    def __init__(self):
        super().__init__()
        self.dusk = layers.RandomBrightness((0.2, 0.5))
        self.first = layers.Conv2D(8, 3, activation="relu")
        self.pool = layers.MaxPooling2D()
        self.second = layers.Conv2D(8, 3, activation="relu")
        self.mean = layers.GlobalAveragePooling2D()
        self.last = layers.Dense(2, activation="softmax")

    def call(self, pictures, training=False):
        hidden = self.dusk(pictures, training=training)
        hidden = self.pool(self.first(hidden))
        return self.last(self.mean(self.second(hidden)))


model = Bars()
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, validation_data=(x_val, y_val), epochs=10, batch_size=32, verbose=0)
