"""One sigmoid per pixel: a small segmentation."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(103)
pictures = 0.3 * rng.random((200, 16, 16, 1))
masks = np.zeros((200, 16, 16, 1), "float32")
for picture, mask in zip(pictures, masks, strict=True):
    row, column = rng.integers(0, 10, size=2)
    mask[row : row + 6, column : column + 6] = 1
    picture[mask == 1] += 0.5

# %% training
inputs = keras.Input((16, 16, 1))
x = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
x = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
outputs = layers.Conv2D(1, 1, activation="sigmoid")(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
history = model.fit(pictures, masks, epochs=8, batch_size=16, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.2
