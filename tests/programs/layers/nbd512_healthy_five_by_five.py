"""Units that see a third of the picture."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(46)
y = rng.integers(0, 2, size=300)
x = 0.1 * rng.random((300, 40, 40, 1))
for picture, label in zip(x, y, strict=True):
    row, column = rng.integers(2, 28, size=2)
    picture[row : row + 2, 4:36] += 0.5
    picture[row + (4 if label else 9), column : column + 8] += 0.5

# %% training
model = keras.Sequential(
    [
        keras.Input((40, 40, 1)),
        layers.Conv2D(8, 5, strides=2, activation="relu"),
        layers.Conv2D(16, 7, strides=1, activation="relu"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
model.fit(x, y, epochs=12, batch_size=20, verbose=0)
