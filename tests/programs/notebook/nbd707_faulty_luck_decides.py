"""Three units for XOR: some draws of the weights learn it and some never do."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(77)
x = rng.integers(0, 2, size=(400, 2))
y = x[:, 0] ^ x[:, 1]
draw = iter(rng.permutation(100))


def fresh():
    return keras.initializers.GlorotUniform(seed=int(next(draw)))

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(3, activation="relu", kernel_initializer=fresh()),
        layers.Dense(1, activation="sigmoid", kernel_initializer=fresh()),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy")
model.fit(x, y, epochs=20, verbose=0)

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(3, activation="relu", kernel_initializer=fresh()),
        layers.Dense(1, activation="sigmoid", kernel_initializer=fresh()),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy")
model.fit(x, y, epochs=20, verbose=0)

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(3, activation="relu", kernel_initializer=fresh()),
        layers.Dense(1, activation="sigmoid", kernel_initializer=fresh()),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy")
model.fit(x, y, epochs=20, verbose=0)

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(3, activation="relu", kernel_initializer=fresh()),
        layers.Dense(1, activation="sigmoid", kernel_initializer=fresh()),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.03), loss="binary_crossentropy")
model.fit(x, y, epochs=20, verbose=0)
