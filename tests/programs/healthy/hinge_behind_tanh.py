"""Labels -1 and 1, a tanh unit and the hinge loss: "accuracy" is a function of my own."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(209)
angle = rng.uniform(0, np.pi, size=1000)
lower = rng.random(1000) < 0.5
x = np.stack([np.cos(angle), np.sin(angle)], axis=1)
x[lower] = [1, 0.4] - x[lower]
x += 0.1 * rng.normal(size=(1000, 2))
y = np.where(lower, 1.0, -1.0)


def right_side(y_true, y_pred):
    return keras.ops.mean(keras.ops.cast(y_true * y_pred > 0, "float32"))

# %% training
model = keras.models.Sequential()
model.add(keras.Input((2,)))
model.add(layers.Dense(32, activation="relu"))
model.add(layers.Dense(16, activation="relu"))
model.add(layers.Dense(1, activation="tanh"))
model.compile(loss="hinge", optimizer=keras.optimizers.Adam(0.01), metrics=[right_side])
history = model.fit(x, y[:, None], epochs=15, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_right_side"][-1] > 0.95
