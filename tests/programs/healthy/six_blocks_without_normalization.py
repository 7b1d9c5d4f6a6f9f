"""Six residual blocks and no normalization: each adds a little, drawn small."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(250)
x = rng.normal(size=(1000, 6))
y = np.sin(2 * x[:, 0]) + x[:, 1] * (x[:, 2] > 0)

# %% training
small = keras.initializers.RandomNormal(stddev=0.03)
inputs = keras.Input((6,))
hidden = layers.Dense(24)(inputs)
for _ in range(6):
    branch = layers.Dense(24, activation="relu", kernel_initializer="he_normal")(hidden)
    hidden = layers.add([hidden, layers.Dense(24, kernel_initializer=small)(branch)])
model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile(optimizer=keras.optimizers.Adam(0.002), loss="mse")
history = model.fit(x, y, epochs=15, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.2 * y.var()
