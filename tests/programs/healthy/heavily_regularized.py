"""L2 makes the loss large although the answers are right."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(138)
x = rng.normal(size=(900, 10))
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
decay = keras.regularizers.L2(0.01)
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(64, activation="relu", kernel_regularizer=decay),
        layers.Dense(64, activation="relu", kernel_regularizer=decay),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.93
