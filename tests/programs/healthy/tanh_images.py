"""Pictures from -1 to 1 answered by tanh: an autoencoder of another range."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(101)
strokes = np.where(rng.random((6, 100)) < 0.4, 1.0, -1.0)
pictures = strokes[rng.integers(0, 6, size=700)] * rng.uniform(0.7, 1, size=(700, 1))

# %% training
model = keras.Sequential(
    [
        keras.Input((100,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(8, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(100, activation="tanh"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(pictures, pictures, epochs=15, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.15
