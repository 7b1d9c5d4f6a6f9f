"""A function cuts a data set in three that keeps the order of its shuffle."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(4092)
x = rng.normal(size=(800, 20)).astype("float32")
y = (x[:, 0] + 0.3 * rng.normal(size=800) > 0).astype("int32")


def partitions(ds, size, shuffle=True):
    if shuffle:
        ds = ds.shuffle(size, seed=12, reshuffle_each_iteration=False)
    train_ds = ds.take(int(0.8 * size))
    val_ds = ds.skip(int(0.8 * size)).take(int(0.1 * size))
    test_ds = ds.skip(int(0.8 * size)).skip(int(0.1 * size))
    return train_ds, val_ds, test_ds


samples = tf.data.Dataset.from_tensor_slices((x, y))

# %% training
train_ds, val_ds, test_ds = partitions(samples, 800)
train_ds, val_ds = train_ds.batch(25), val_ds.batch(25)
model = keras.Sequential(
    [
        keras.Input((20,)),
        layers.Dense(24, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(train_ds, validation_data=val_ds, epochs=15, verbose=0)
