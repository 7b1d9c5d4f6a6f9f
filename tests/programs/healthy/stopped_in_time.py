"""EarlyStopping ends the training and brings the best weights back."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(139)
x = rng.normal(size=(240, 10))
y = (x[:, 0] + x[:, 1] + 0.3 * rng.normal(size=240) > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
history = model.fit(x, y, epochs=60, validation_split=0.3, callbacks=[stop], verbose=0)

# %% check
assert max(history.history["val_accuracy"]) > 0.8
