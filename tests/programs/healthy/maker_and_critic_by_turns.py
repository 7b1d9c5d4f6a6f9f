"""Two models trained batch by batch, each against the other: neither loss has to fall."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(246)
heights = rng.normal(2, 0.5, size=(1200, 1)).astype("float32")

# %% training
maker = keras.Sequential([keras.Input((2,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
critic = keras.Sequential(
    [
        keras.Input((1,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
critic.compile(optimizer=keras.optimizers.Adam(0.002), loss="binary_crossentropy")
noise = keras.Input((2,))
both = keras.Model(noise, critic(maker(noise)))
both.compile(optimizer=keras.optimizers.Adam(0.002), loss="binary_crossentropy")
for step in range(600):
    drawn = rng.normal(size=(32, 2)).astype("float32")
    rows = np.concatenate([heights[rng.integers(0, 1200, size=32)], maker(drawn)])
    critic.trainable = True
    critic.train_on_batch(rows, np.repeat([[1.0], [0.0]], 32, axis=0))
    critic.trainable = False
    both.train_on_batch(rng.normal(size=(64, 2)).astype("float32"), np.ones((64, 1)))

# %% check
assert abs(np.mean(maker(rng.normal(size=(2000, 2)).astype("float32"))) - 2) < 0.5
