"""A column that is text because question marks stand for missing values.

Names: pressure; '?'
"""

# %% data
import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
pressure = rng.integers(60, 180, size=120)
frame = pd.DataFrame({
    "age": rng.integers(20, 80, size=120),
    "pressure": ["?" if place % 30 == 7 else str(value) for place, value in enumerate(pressure)],
    "weight": rng.normal(70, 12, size=120),
})
risk = (pressure / 180 + rng.random(120) * 0.1).astype("float32")

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((3,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(frame.values, risk, epochs=2, validation_split=0.2, verbose=0)
