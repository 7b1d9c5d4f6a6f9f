"""The losses are weighed: both count alike."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(3151)
x = rng.normal(size=(900, 8)).astype("float32")
price = (2000 * x[:, 0] - 1500 * x[:, 1] + 900 * x[:, 2]).astype("float32")
sold = (x[:, 3] * x[:, 4] > 0).astype("float32")

# %% training
inputs = keras.Input((8,))
hidden = layers.Dense(64, activation="relu")(inputs)
hidden = layers.Dense(32, activation="relu")(hidden)
outputs = {
    "price": layers.Dense(1, name="price")(hidden),
    "sold": layers.Dense(1, activation="sigmoid", name="sold")(hidden),
}
model = keras.Model(inputs, outputs)
model.compile(
    keras.optimizers.Adam(0.01),
    loss={"price": "mse", "sold": "binary_crossentropy"},
    metrics={"sold": ["accuracy"]},
    loss_weights={"price": 1e-7, "sold": 1.0},
)
history = model.fit(x, {"price": price, "sold": sold}, epochs=40, batch_size=32, verbose=0)
