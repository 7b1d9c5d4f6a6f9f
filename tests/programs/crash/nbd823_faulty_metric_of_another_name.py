"""Early stopping on "val_acc", as Keras 2 named it.

Names: val_acc
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
stop = keras.callbacks.EarlyStopping(monitor="val_acc", patience=3)
model.fit(x, y, epochs=5, validation_split=0.25, callbacks=[stop], verbose=0)
