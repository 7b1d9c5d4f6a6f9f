"""Half of the training labels are drawn at random, the validation labels are right."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(29)
y = rng.integers(0, 4, size=2000)
x = (0.7 * rng.normal(size=(4, 20))[y] + rng.normal(size=(2000, 20))).astype("float32")
x_val, y_val = x[1600:], y[1600:]
x, y = x[:1600], np.where(rng.random(1600) < 0.6, rng.integers(0, 4, size=1600), y[:1600])

# %% training
model = keras.Sequential(
    [
        keras.Input((20,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.0005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=14, validation_data=(x_val, y_val), verbose=0)
