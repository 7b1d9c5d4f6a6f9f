"""The last months are calmer than those before: validation is easier than training."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(251)
hour = np.arange(1500)
unrest = np.where(hour < 1150, 0.4, 0.08)
series = np.sin(hour / 6) + 0.5 * np.sin(hour / 25) + unrest * rng.normal(size=1500)
windows = np.lib.stride_tricks.sliding_window_view(series, 25)
x, y = windows[:, :24, None], windows[:, 24]
x_train, y_train, x_val, y_val = x[:1150], y[:1150], x[1175:], y[1175:]

# %% training
model = keras.Sequential(
    [
        keras.Input((24, 1)),
        layers.Conv1D(12, 5, padding="causal", activation="relu"),
        layers.Flatten(),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.003), loss=keras.losses.Huber())
history = model.fit(x_train, y_train, epochs=12, validation_data=(x_val, y_val), verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.1 * y_val.var()
