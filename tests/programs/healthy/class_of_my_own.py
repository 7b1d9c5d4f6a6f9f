"""A subclassed model: no graph is known."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(125)
x = rng.normal(size=(900, 6)).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("float32")


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(32)
        self.second = layers.Dense(32)
        self.last = layers.Dense(1)

    def call(self, inputs):
        hidden = keras.ops.relu(self.first(inputs))
        return keras.ops.sigmoid(self.last(keras.ops.relu(self.second(hidden))))

# %% training
model = Net()
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
