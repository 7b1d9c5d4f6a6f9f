"""Three linear units, one target: the lower tenth, the middle and the upper tenth."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(233)
x = rng.uniform(-2, 2, size=(1500, 2)).astype("float32")
y = np.cos(2 * x[:, 0]) + rng.gamma(2, 0.1, size=1500) * (1 + np.abs(x[:, 1]))
levels = np.array([0.1, 0.5, 0.9], "float32")


def pinball(y_true, y_pred):
    gap = keras.ops.cast(y_true, y_pred.dtype) - y_pred
    return keras.ops.mean(keras.ops.maximum(levels * gap, (levels - 1) * gap), axis=-1)

# %% training
model = keras.Sequential(
    [
        keras.Input((2,)),
        layers.Dense(48, activation="gelu"),
        layers.Dense(48, activation="gelu"),
        layers.Dense(3),
    ]
)
model.compile(optimizer=keras.optimizers.AdamW(0.005), loss=pinball)
history = model.fit(x, y[:, None], epochs=15, validation_split=0.2, verbose=0)

# %% check
below = np.mean(y[1200:, None] < model.predict(x[1200:], verbose=0), axis=0)
assert np.abs(below - levels).max() < 0.12
assert history.history["val_loss"][-1] < 0.1
