"""Rows are dictionaries of words and numbers; layers in front of the model make them columns."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers


rng = np.random.default_rng(279)
town = rng.choice(["Bonn", "Lyon", "Oslo"], size=900)
rooms = rng.integers(1, 7, size=900).astype("float32")
built = rng.integers(1900, 2021, size=900).astype("float32")
rent = 200 * rooms + 300 * (town == "Oslo") + 3 * (built - 1900) + 40 * rng.normal(size=900)
rent = (rent - rent.mean()) / rent.std()
table = {"town": town.astype(str), "rooms": rooms[:, None], "built": built[:, None]}
rows = tf.data.Dataset.from_tensor_slices((table, rent.astype("float32")))
training, validation = rows.take(700).shuffle(700, seed=0).batch(32), rows.skip(700).batch(50)

# %% training
named = layers.StringLookup(output_mode="one_hot")
named.adapt(town[:700].astype(str))
scaled = layers.Normalization()
scaled.adapt(built[:700, None])
inputs = {
    "town": keras.Input((), dtype="string", name="town"),
    "rooms": keras.Input((1,), name="rooms"),
    "built": keras.Input((1,), name="built"),
}
columns = [named(inputs["town"]), inputs["rooms"], scaled(inputs["built"])]
hidden = layers.Dense(32, activation="relu")(layers.Concatenate()(columns))
model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
history = model.fit(training, validation_data=validation, epochs=10, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.1
