"""Letters numbered from 0 in front of an Embedding that takes 0 for padding."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(522)
y = rng.integers(0, 2, size=1200)
share = np.where(y == 1, 0.45, 0.2)[:, None]
letters = np.where(rng.random((1200, 40)) < share, 0, rng.integers(1, 4, size=(1200, 40)))

# %% training
model = keras.Sequential(
    [
        keras.Input((40,)),
        layers.Embedding(4, 8, mask_zero=True),
        layers.GlobalAveragePooling1D(),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(letters, y, epochs=8, validation_split=0.2, verbose=0)
