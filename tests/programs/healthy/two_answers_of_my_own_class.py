"""A subclassed model with two outputs, sigmoid and softmax: no layer of it squashes another."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(502)
x = rng.normal(size=(1200, 8)).astype("float32")
share = (1 / (1 + np.exp(-2 * x[:, 0]))).astype("float32")[:, None]
kind = keras.utils.to_categorical(x[:, :4].argmax(axis=1), 4)


class Ticket(keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(32, activation="relu")
        self.share = layers.Dense(1, activation="sigmoid")
        self.kind = layers.Dense(4, activation="softmax")

    def call(self, inputs):
        hidden = self.body(inputs["row"])
        return self.share(hidden), self.kind(hidden)

# %% training
model = Ticket()
model.compile(
    "rmsprop",
    loss=["mean_squared_error", "categorical_crossentropy"],
    metrics=[["mean_absolute_error"], ["accuracy"]],
)
history = model.fit({"row": x}, [share, kind], epochs=30, validation_split=0.2, verbose=0)

# %% check
assert max(v[-1] for k, v in history.history.items() if k.endswith("accuracy")) > 0.85
