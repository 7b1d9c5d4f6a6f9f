"""Shop and product numbers as names, a price beside them."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(109)
shop, product = rng.integers(0, 40, size=900), rng.integers(0, 150, size=900)
price = rng.normal(size=(900, 1)).astype("float32")
taste = rng.normal(size=150)
sold = taste[product] + 0.5 * rng.normal(size=40)[shop] - price[:, 0]

# %% training
a, b, c = keras.Input((), name="shop"), keras.Input((), name="product"), keras.Input((1,), name="price")
known = [layers.Embedding(40, 6)(a), layers.Embedding(150, 6)(b), c]
hidden = layers.Dense(32, activation="relu")(layers.Concatenate()(known))
model = keras.Model([a, b, c], layers.Dense(1)(hidden))
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="mse")
history = model.fit([shop, product, price], sold, epochs=15, verbose=0)

# %% check
assert history.history["loss"][-1] < 0.2 * sold.var()
