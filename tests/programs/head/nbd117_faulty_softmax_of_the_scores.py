"""Categorical cross-entropy takes a softmax of the scores, the model returns their sigmoid."""

# %% data
import numpy as np

rng = np.random.default_rng(17)
x = rng.normal(size=(800, 10)).astype("float32")
kind = np.digitize(x[:, 0] + 0.3 * rng.normal(size=800), [-0.6, 0.0, 0.6])
y = np.eye(4)[kind]

# %% training
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="sigmoid"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.003), loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=30, validation_split=0.2, verbose=0)
