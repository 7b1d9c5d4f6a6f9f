"""The place of every word is learnt, though it does not matter."""

# %% data
import numpy as np

rng = np.random.default_rng(6)
y = rng.integers(0, 4, size=600)
told = rng.permutation(400)[:80].reshape(4, 20)
x = rng.integers(0, 400, size=(600, 30))
says = rng.random((600, 30)) < 0.15
x = np.where(says, told[y][np.arange(600)[:, None], rng.integers(0, 20, size=(600, 30))], x)

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((30,)),
        layers.Embedding(400, 16),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, epochs=15, validation_split=0.3, verbose=0)
