"""Answers come from a running mean of the weights, which lags behind the training at first."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(278)
centres = rng.normal(size=(4, 10))
y = rng.integers(0, 4, size=1000)
x = centres[y] + 0.7 * rng.normal(size=(1000, 10))

# %% training
model = keras.Sequential(
    [
        keras.Input((10,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(4, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.98),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
swap = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
history = model.fit(x, y, epochs=10, validation_split=0.2, callbacks=[swap], verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
