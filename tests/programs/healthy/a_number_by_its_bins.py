"""A number told as a smooth hill over twenty bins: soft rows, and a loss that ends at entropy."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(255)
x = rng.normal(size=(1200, 4)).astype("float32")
number = np.tanh(x[:, 0] + 0.5 * x[:, 1] * x[:, 2])
bins = np.linspace(-1, 1, 20)
hills = np.exp(-0.5 * ((number[:, None] - bins) / 0.15) ** 2)
hills /= hills.sum(axis=1, keepdims=True)

# %% training
model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(48, activation="relu"),
        layers.Dense(48, activation="relu"),
        layers.Dense(20, activation="softmax"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="categorical_crossentropy")
history = model.fit(x, hills, epochs=15, validation_split=0.2, verbose=0)

# %% check
made = model.predict(x[960:], verbose=0) @ bins
assert np.mean((made - number[960:]) ** 2) < 0.1 * number.var()
