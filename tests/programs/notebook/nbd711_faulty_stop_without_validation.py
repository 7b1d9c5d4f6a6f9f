"""Early stopping on a validation loss that is not there."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(82)
x = rng.normal(size=(600, 6)).astype("float32")
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
model.fit(x, y, epochs=8, callbacks=[stop], verbose=0)
