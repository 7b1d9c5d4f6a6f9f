"""A deep stack that BatchNormalization carries."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(146)
x = rng.normal(size=(1000, 6))
y = (x[:, 0] + x[:, 1] > 0).astype("float32")

# %% training
model = keras.Sequential([keras.Input((6,))])
for _ in range(7):
    model.add(layers.Dense(16, use_bias=False))
    model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.Activation("relu"))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(
    optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.85
