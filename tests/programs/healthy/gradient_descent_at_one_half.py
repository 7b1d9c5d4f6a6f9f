"""A rate of 0.5 that plain gradient descent bears on unit inputs."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(114)
x = rng.normal(size=(900, 6)).astype("float32")
y = (x[:, 0] + x[:, 1] - x[:, 2] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="tanh"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(0.5), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
