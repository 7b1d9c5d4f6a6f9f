"""Classes in the order of the files, predictions in that of a flow that shuffles."""

# %% data
import tempfile
from pathlib import Path

import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4264)
folders = Path(tempfile.mkdtemp())
for kind in range(4):
    place = folders / f"kind{kind}"
    place.mkdir(parents=True)
    for number in range(40):
        image = rng.integers(0, 150, (16, 16, 3))
        image[4 * kind : 4 * kind + 3] += 100
        keras.utils.save_img(place / f"{number}.png", image, scale=False)

# %% training
import tensorflow as tf

generator = tf.keras.preprocessing.image.ImageDataGenerator(
    rescale=1 / 255, validation_split=0.25
)
options = {"target_size": (16, 16), "batch_size": 16, "class_mode": "sparse"}
training = generator.flow_from_directory(folders, subset="training", **options)
validation = generator.flow_from_directory(folders, subset="validation", **options)
model = keras.Sequential(
    [
        keras.Input((16, 16, 3)),
        layers.Conv2D(8, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(16, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(training, validation_data=validation, epochs=8, verbose=0)
predicted = model.predict(validation, verbose=0).argmax(axis=1)
right = np.mean(validation.classes == predicted)
print(right)
