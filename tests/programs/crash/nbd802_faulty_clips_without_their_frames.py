"""A ConvLSTM2D declared for one frame of its clips.

Names: (12, 12, 1); (5, 12, 12, 1); frame|time|steps
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
clips = rng.random((32, 5, 12, 12, 1)).astype("float32")
brighter = (clips[:, -1].mean(axis=(1, 2, 3)) > clips[:, 0].mean(axis=(1, 2, 3))).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((12, 12, 1)),
    layers.ConvLSTM2D(4, 3, padding="same"),
    layers.Flatten(),
    layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy")
model.fit(clips, brighter, epochs=1, batch_size=8, verbose=0)
