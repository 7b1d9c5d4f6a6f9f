"""BatchNormalization at momentum 0.5: batches of 256 make averages of five hundred samples."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(517)
pattern = rng.normal(size=(4, 24))
y = rng.integers(0, 4, size=2560)
x = pattern[y] + rng.normal(size=(2560, 24))

# %% training
model = keras.Sequential([keras.Input((24,))])
for units in (64, 64):
    model.add(layers.Dense(units))
    model.add(layers.BatchNormalization(momentum=0.5))
    model.add(layers.ReLU())
model.add(layers.Dense(4, activation="softmax"))
model.compile(
    optimizer=keras.optimizers.Adam(0.003),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=10, batch_size=256, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
