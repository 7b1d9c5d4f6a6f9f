"""Labels are cached and shuffled, the samples are read in order."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers

rng = np.random.default_rng(4334)
y = rng.integers(0, 2, 700)
x = rng.normal(size=(700, 10)) + y[:, None]
feature_ds = tf.data.Dataset.from_tensor_slices(x)
label_ds = tf.data.Dataset.from_tensor_slices(y).cache()

# %% training
label_ds = label_ds.shuffle(700)
train = tf.data.Dataset.zip(feature_ds, label_ds)
train = train.batch(50)
model = keras.Sequential([keras.Input((10,)), layers.Dense(12, "relu"), layers.Dense(2)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
model.fit(train, epochs=8, verbose=0)
