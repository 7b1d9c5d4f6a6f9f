"""Batches of a custom class: the training is given the places that are not held out."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4093)
x = rng.normal(size=(500, 20)).astype("float32")
y = (x[:, 0] + 0.3 * rng.normal(size=500) > 0).astype("int32")


class Batches(keras.utils.PyDataset):
    def __init__(self, places, **options):
        super().__init__(**options)
        self.places = places

    def __len__(self):
        return len(self.places) // 20

    def __getitem__(self, number):
        places = self.places[number * 20 : (number + 1) * 20]
        return x[places], y[places]


# %% training
training, validation = Batches(np.arange(400)), Batches(np.arange(400, 500))
model = keras.Sequential(
    [
        keras.Input((20,)),
        layers.Dense(24, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(training, validation_data=validation, epochs=15, verbose=0)
