"""Up-convolutions without an activation are joined with what the way down has kept."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(5011)
pictures = rng.random((240, 16, 16, 1)).astype("float32") * 0.5
masks = np.zeros((240, 16, 16, 1), "float32")
for picture, mask, (row, column) in zip(pictures, masks, rng.integers(0, 10, (240, 2))):
    mask[row : row + 6, column : column + 6] = 1
    picture[mask > 0] += 0.4

# %% training
def block(tensor, filters):
    for _ in range(2):
        tensor = layers.Conv2D(filters, 3, padding="same", activation="relu")(tensor)
    return tensor


inputs = keras.Input((16, 16, 1))
high = block(inputs, 8)
middle = block(layers.MaxPooling2D()(high), 16)
low = block(layers.MaxPooling2D()(middle), 32)
up = layers.Conv2DTranspose(16, 2, strides=2, padding="same")(low)
middle = block(layers.Concatenate()([up, middle]), 16)
up = layers.Conv2DTranspose(8, 2, strides=2, padding="same")(middle)
high = block(layers.Concatenate()([up, high]), 8)
model = keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(high))
model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(
    pictures, masks, epochs=12, batch_size=16, validation_split=0.2, verbose=0
)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
