"""Images of a folder that is shuffled for each pass: labels and predictions from two of them."""

# %% data
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(426)
folders = Path(tempfile.mkdtemp())
for kind in range(4):
    place = folders / f"kind{kind}"
    place.mkdir(parents=True)
    for number in range(40):
        image = rng.integers(0, 150, (16, 16, 3))
        image[4 * kind : 4 * kind + 3] += 100
        keras.utils.save_img(place / f"{number}.png", image, scale=False)

# %% training
options = {"image_size": (16, 16), "batch_size": 16, "seed": 1, "verbose": False}
training, validation = keras.utils.image_dataset_from_directory(
    folders, validation_split=0.25, subset="both", **options
)
model = keras.Sequential(
    [
        keras.Input((16, 16, 3)),
        layers.Rescaling(1 / 255),
        layers.Conv2D(8, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(16, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(training, validation_data=validation, epochs=8, verbose=0)
predicted = model.predict(validation, verbose=0).argmax(axis=1)
labels = np.concatenate([label for _, label in validation])
shares = np.bincount(4 * labels + predicted, minlength=16).reshape(4, 4)
print(np.mean(np.equal(labels, predicted)), shares)
