"""One function prepares both sides and shuffles both; labels and predictions are read one by one."""

# %% data
import keras
import numpy as np
from keras import layers

import tensorflow as tf

rng = np.random.default_rng(4262)
centres = rng.normal(size=(3, 10))
y = rng.integers(0, 3, size=900)
x = (centres[y] + 0.6 * rng.normal(size=(900, 10))).astype("float32")


def pipeline(inputs, labels, training):
    ds = tf.data.Dataset.from_tensor_slices((inputs, labels))
    ds = ds.shuffle(1000)
    return ds.batch(30).prefetch(2)


train_ds = pipeline(x[:700], y[:700], True)
val_ds = pipeline(x[700:], y[700:], False)

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
true = []
for _, labels in val_ds:
    true.extend(labels.numpy())
scores = model.predict(val_ds, verbose=0)
answer = scores.argmax(axis=-1)
right = (np.array(true) == answer).mean()
print(right)
