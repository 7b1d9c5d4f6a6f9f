"""Answers of 0 to 3 of unlike number, filled up with 0: padding and content are one."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(525)
fails = rng.integers(0, 2, size=1000)
sheets = []
for failed in fails:
    wrong = rng.random(rng.integers(14, 24)) < (0.6 if failed else 0.25)
    sheets.append(np.where(wrong, 0, rng.integers(1, 4, size=len(wrong))))
first = 0
answers = keras.utils.pad_sequences([first + sheet for sheet in sheets], maxlen=24, padding="post")

# %% training
model = keras.Sequential(
    [
        keras.Input((24,)),
        layers.Embedding(5, 8, mask_zero=True),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(answers, fails, epochs=10, validation_split=0.2, verbose=0)
