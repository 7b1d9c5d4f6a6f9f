"""Each part encoded for itself; the last class is not among the validation rows.

Names: 6; 5; valid
"""

# %% data
import numpy as np

rng = np.random.default_rng(1)
kind = rng.integers(0, 6, size=240)
rows = (rng.random((6, 12))[kind] + 0.2 * rng.random((240, 12))).astype("float32")
held = (np.arange(240) % 4 == 0) & (kind < 5)
x_fit, k_fit, x_val, k_val = rows[~held], kind[~held], rows[held], kind[held]

# %% training
import keras
from keras import layers

t_fit = keras.utils.to_categorical(k_fit)
t_val = keras.utils.to_categorical(k_val)

model = keras.Sequential([keras.Input((12,)), layers.Dense(24, activation="relu"), layers.Dense(6, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(x_fit, t_fit, epochs=2, validation_data=(x_val, t_val), verbose=0)
