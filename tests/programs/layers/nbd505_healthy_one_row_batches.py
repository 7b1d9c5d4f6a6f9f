"""The same over batches of eight."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(38)
x = rng.normal(size=(300, 6))
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="relu"),
        layers.BatchNormalization(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=20, batch_size=8, verbose=0)
