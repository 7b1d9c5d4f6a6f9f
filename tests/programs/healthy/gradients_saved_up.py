"""Batches of four rows whose gradients are saved up: a step of the weights for each eight."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(208)
centres = 1.3 * rng.normal(size=(3, 8))
y = rng.integers(0, 3, size=240)
x = centres[y] + rng.normal(size=(240, 8))

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(16, activation="relu", kernel_regularizer=keras.regularizers.L2(1e-3)),
        layers.Dense(3, activation="softmax"),
    ]
)
saving = keras.optimizers.AdamW(0.01, weight_decay=0.01, gradient_accumulation_steps=8)
model.compile(
    optimizer=saving, loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history = model.fit(x, y, epochs=15, batch_size=4, validation_split=0.25, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
