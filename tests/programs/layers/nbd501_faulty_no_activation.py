"""Three layers without activation for a task with a curved boundary."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(31)
x = rng.normal(size=(1000, 4))
y = (x[:, 0] * x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(32),
        layers.Dense(16),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=10, verbose=0)
