"""Pictures from folders, loaded at 256 x 256 by default, for a model of 48 x 48.

Names: 256; 48; image_size
"""

# %% data
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

rng = np.random.default_rng(0)
folder = Path(tempfile.mkdtemp())
for place, fruit in enumerate(["apple", "pear"]):
    (folder / fruit).mkdir()
    for number in range(10):
        pixels = rng.integers(90 * place, 90 * place + 120, size=(60, 50, 3), dtype="uint8")
        Image.fromarray(pixels).save(folder / fruit / f"{number}.png")

# %% training
import keras
from keras import layers

pictures = keras.utils.image_dataset_from_directory(folder, label_mode="binary", batch_size=5, seed=1)

model = keras.Sequential()
model.add(layers.Rescaling(1 / 255, input_shape=(48, 48, 3)))
model.add(layers.Conv2D(4, 3, activation="relu"))
model.add(layers.MaxPooling2D(4))
model.add(layers.Flatten())
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(pictures, epochs=1, verbose=0)
