"""XOR with the output directly on the inputs."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(45)
x = rng.normal(size=(800, 2))
y = (x[:, 0] * x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=12, verbose=0)
