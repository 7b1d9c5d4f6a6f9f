"""Five epochs of eight steps each, and the loss has hardly moved."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(71)
y = rng.integers(0, 3, size=240)
x = (rng.uniform(0.0, 0.2, (240, 4)) + np.eye(3, 4)[y] / 3).astype("float32")
y = keras.utils.to_categorical(y, 3)

# %% training
model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(
            4, activation="tanh", kernel_initializer=keras.initializers.GlorotUniform(seed=5)
        ),
        layers.Dense(
            3, activation="softmax", kernel_initializer=keras.initializers.GlorotUniform(seed=11)
        ),
    ]
)
model.compile(
    optimizer="adam",
    loss="categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=5, batch_size=32, verbose=0)
