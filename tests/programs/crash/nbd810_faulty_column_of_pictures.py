"""A table with one column that holds a picture in each row.

Names: object; 10, 10|array|stack
"""

# %% data
import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
kind = rng.integers(0, 3, size=90)
frame = pd.DataFrame({"kind": kind, "picture": [rng.random((10, 10, 1)) + 0.4 * k for k in kind]})
pictures = frame[["picture"]].values

# %% training
import keras
from keras import layers

model = keras.Sequential()
model.add(layers.Conv2D(8, 3, activation="relu", input_shape=(10, 10, 1)))
model.add(layers.Flatten())
model.add(layers.Dense(3, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
model.fit(pictures, kind, epochs=1, verbose=0)
