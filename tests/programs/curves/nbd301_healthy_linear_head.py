"""The same network with a sigmoid: the gradient comes back."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)
x = rng.normal(size=(640, 8)).astype("float32")
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype("float32")

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(
            1,
            activation="sigmoid",
            kernel_initializer=keras.initializers.Constant(-1.0),
        ),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["acc"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
