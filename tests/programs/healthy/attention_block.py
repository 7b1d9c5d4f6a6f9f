"""Attention, LayerNormalization and two Dense layers around a shortcut."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(151)
words = rng.integers(0, 30, size=(600, 10))
y = ((words == 7).any(axis=1) & (words == 3).any(axis=1)).astype("float32")

# %% training
inputs = keras.Input((10,))
x = layers.Embedding(30, 16)(inputs)
seen = layers.MultiHeadAttention(2, 8)(x, x)
x = layers.LayerNormalization()(layers.Add()([x, seen]))
wide = layers.Dense(16)(layers.Dense(32, activation="gelu")(x))
x = layers.LayerNormalization()(layers.Add()([x, wide]))
outputs = layers.Dense(1, activation="sigmoid")(layers.GlobalMaxPooling1D()(x))
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(words, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.93
