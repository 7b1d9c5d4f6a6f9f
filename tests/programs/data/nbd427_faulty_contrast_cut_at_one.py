"""The contrast layer cuts bytes at 1, so that every picture is white."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(2)


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
x, x_val = 255 * x, 255 * x_val
# %% training
augment = keras.Sequential(
    [layers.RandomFlip("horizontal"), layers.RandomContrast(0.2, value_range=(0, 1))],
    name="augment",
)
inputs = keras.Input((12, 12, 1))
hidden = layers.Rescaling(1 / 255)(augment(inputs))
hidden = layers.Conv2D(8, 3, activation="relu")(hidden)
hidden = layers.MaxPooling2D()(hidden)
hidden = layers.Conv2D(8, 3, activation="relu")(hidden)
hidden = layers.GlobalAveragePooling2D()(hidden)
model = keras.Model(inputs, layers.Dense(2, activation="softmax")(hidden))
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, validation_data=(x_val, y_val), epochs=10, batch_size=32, verbose=0)
