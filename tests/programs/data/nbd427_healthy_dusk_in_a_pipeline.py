"""A pipeline darkens images by a part of their own range."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(6)


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
dusk = layers.RandomBrightness((-0.4, -0.1), value_range=(0, 1))
train = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(600, seed=1)
train = train.map(lambda a, b: (dusk(a, training=True), b)).batch(32)
val = tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(32)
model = keras.Sequential(
    [
        keras.Input((12, 12, 1)),
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(8, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(train, validation_data=val, epochs=10, verbose=0)
