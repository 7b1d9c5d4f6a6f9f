"""A table two of whose columns hold words.

Names: shop; day; text
"""

# %% data
import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
sales = pd.DataFrame(
    {
        "shop": rng.choice(["north", "south", "centre"], size=200),
        "price": rng.random(200) * 10,
        "day": rng.choice(["sat", "sun"], size=200),
        "sold": rng.integers(0, 2, size=200),
    }
)

# %% training
import keras
from keras import layers

features = sales.drop(columns="sold")
target = sales["sold"]
model = keras.Sequential()
model.add(layers.Dense(16, activation="relu", input_shape=(features.shape[1],)))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(features, target, epochs=2, validation_split=0.2, verbose=0)
