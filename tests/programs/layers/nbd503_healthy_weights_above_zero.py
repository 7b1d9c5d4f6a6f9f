"""Three hidden layers with weights of both signs."""

# %% data
import numpy as np

rng = np.random.default_rng(2)
y = rng.integers(0, 2, size=600)
angle = rng.uniform(0, 2 * np.pi, size=600)
radius = np.where(y == 1, 0.45, 0.75)[:, None]
x = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.06 * rng.normal(size=(600, 2))

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(16, activation="tanh"),
        layers.Dense(16, activation="tanh"),
        layers.Dense(16, activation="tanh"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(0.02, momentum=0.9),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=40, validation_split=0.2, verbose=0)
