"""A metric is given labels of one pass and predictions of another."""

# %% data
import keras
import numpy as np
from keras import layers

import tensorflow as tf

rng = np.random.default_rng(4263)
centres = rng.normal(size=(3, 10))
y = rng.integers(0, 3, size=900)
x = (centres[y] + 0.6 * rng.normal(size=(900, 10))).astype("float32")
rows = tf.data.Dataset.from_tensor_slices((x, y))
train_ds = rows.take(700).shuffle(700).batch(32)
val_ds = rows.skip(700).shuffle(200).batch(50)

# %% training
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(train_ds, validation_data=val_ds, epochs=10, verbose=0)
score = keras.metrics.SparseCategoricalAccuracy()
score.update_state(np.array([label for _, label in val_ds.unbatch()]), model.predict(val_ds, verbose=0))
print(float(score.result()))
