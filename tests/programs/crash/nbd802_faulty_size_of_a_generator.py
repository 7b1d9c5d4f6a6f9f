"""flow_from_directory gives pictures of 64 x 64 to a model of 32 x 32.

Names: 64; 32; target_size
"""

# %% data
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

rng = np.random.default_rng(0)
folder = Path(tempfile.mkdtemp())
for place, animal in enumerate(["cat", "dog"]):
    (folder / animal).mkdir()
    for number in range(8):
        pixels = rng.integers(80 * place, 80 * place + 140, size=(40, 40, 3), dtype="uint8")
        Image.fromarray(pixels).save(folder / animal / f"{number}.png")

# %% training
from tensorflow.keras.layers import Conv2D, Dense, Flatten, Input, MaxPooling2D
from tensorflow.keras.models import Model
from tensorflow.keras.preprocessing.image import ImageDataGenerator

reader = ImageDataGenerator(rescale=1.0 / 255)
train = reader.flow_from_directory(folder, target_size=(64, 64), class_mode="binary", batch_size=4)

shown = Input((32, 32, 3))
h = Conv2D(6, 3, activation="relu")(shown)
h = MaxPooling2D()(h)
h = Flatten()(h)
model = Model(shown, Dense(1, activation="sigmoid")(h))
model.compile("adam", "binary_crossentropy")
model.fit(train, epochs=1, verbose=0)
