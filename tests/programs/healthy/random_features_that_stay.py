"""Two hundred random units that never learn, and a last layer that does: so it was planned."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(261)
x = rng.uniform(-1, 1, size=(1500, 2))
y = np.sin(3 * x[:, 0]) * np.cos(3 * x[:, 1])

# %% training
wide = keras.initializers.RandomNormal(stddev=2.0)
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(
            200, "tanh", kernel_initializer=wide, bias_initializer=wide, trainable=False
        ),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss="mse")
history = model.fit(x, y, epochs=25, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.25 * y.var()
