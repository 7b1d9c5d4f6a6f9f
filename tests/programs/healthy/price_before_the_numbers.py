"""Keras lists the inputs in another order than fit is given them: the numbers of 90 products."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(282)
price = rng.normal(size=(900, 1))
shop, product = rng.integers(0, 30, size=900), rng.integers(0, 90, size=900)
taste = rng.normal(size=90)
sold = taste[product] + 0.5 * rng.normal(size=30)[shop] - price[:, 0]

# %% training
a, b, c = keras.Input((1,)), keras.Input(()), keras.Input(())
known = [layers.Embedding(30, 6)(b), layers.Embedding(90, 6)(c), a]
hidden = layers.Dense(32, activation="relu")(layers.Concatenate()(known))
model = keras.Model([a, c, b], layers.Dense(1)(hidden))
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="mse")
history = model.fit([price, product, shop], sold, epochs=12, verbose=0)

# %% check
assert history.history["loss"][-1] < 0.2 * sold.var()
