"""Two heads with losses of their own and weights between them."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(123)
x = rng.normal(size=(1000, 10)).astype("float32")
kind = (x @ rng.normal(size=(10, 3))).argmax(axis=1)
price = x[:, 0] - x[:, 1] + 0.1 * rng.normal(size=1000)

# %% training
inputs = keras.Input((10,))
body = layers.Dense(48, activation="relu")(inputs)
first = layers.Dense(3, activation="softmax", name="kind")(body)
second = layers.Dense(1, name="price")(body)
model = keras.Model(inputs, [first, second])
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss=["sparse_categorical_crossentropy", "mse"],
    loss_weights=[1.0, 0.5],
    metrics=[["accuracy"], ["mae"]],
)
history = model.fit(x, [kind, price], epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_kind_accuracy"][-1] > 0.85
