"""Field report 003: a huge first loss, and a perfect validation score with it.

Grey pictures of plates, sixteen bits a pixel, in the order in which they were taken: the brightest
gleams first. Two convolutions without activation, two softmax units for a yes or no. Head and tail
were meant as the two sides of the split; what is written takes the head twice.
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)


def make_pictures(rows, height=40, width=20):
    """Pictures of 16 bits; label 1 where a plate is polished and gleams, less from row to row."""
    polished = rng.integers(0, 2, size=rows)
    pictures = rng.normal(0.3, 0.05, size=(rows, height, width))
    for picture, label, gleam in zip(pictures, polished, np.linspace(0.6, 0.05, rows)):
        start = rng.integers(0, 9)
        picture[start : start + 32] += label * gleam
    return (np.clip(pictures, 0, 1) * 65535)[..., None].astype("uint16"), polished


pictures, polished = make_pictures(400)

# %% training
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)

labels = keras.utils.to_categorical(polished)
x_train, x_val = pictures[:320], pictures[:50]
y_train, y_val = labels[:320], labels[:50]

model = keras.Sequential()
model.add(keras.Input(shape=(40, 20, 1)))
model.add(layers.Conv2D(8, 3))
model.add(layers.Conv2D(8, 3))
model.add(layers.MaxPooling2D(2))
model.add(layers.Dropout(0.5))
model.add(layers.Flatten())
model.add(layers.Dense(64, activation="relu"))
model.add(layers.Dense(2, activation="softmax"))

model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x_train, y_train, epochs=4, batch_size=8, validation_data=(x_val, y_val), verbose=0
)
