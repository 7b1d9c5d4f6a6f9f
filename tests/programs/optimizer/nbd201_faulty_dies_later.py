"""Grey pictures, rate 0.1 with momentum 0.9: the network learns for an epoch, then dies."""

# %% data
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
rng = np.random.default_rng(0)
x = rng.integers(0, 256, size=(600, 16, 16, 1)).astype("float32")
y = (x[:, :8].mean((1, 2, 3)) > x[:, 8:].mean((1, 2, 3))).astype("int32")
x[y == 1, :8] += 60
x = np.clip(x, 0, 255) / 255

# %% training
model = keras.Sequential(
    [
        keras.Input((16, 16, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, nesterov=True),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
model.fit(x, y, batch_size=32, epochs=8, validation_split=0.2, verbose=0)
