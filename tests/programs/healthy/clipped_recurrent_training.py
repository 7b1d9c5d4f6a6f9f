"""RMSprop with clipnorm over a recurrent layer that answers at each step."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(148)
x = rng.normal(size=(300, 15, 2))
y = np.cumsum(x[:, :, :1], axis=1) / 4

# %% training
model = keras.Sequential(
    [
        keras.Input((15, 2)),
        layers.GRU(16, return_sequences=True),
        layers.TimeDistributed(layers.Dense(1)),
    ]
)
model.compile(optimizer=keras.optimizers.RMSprop(0.01, clipnorm=1.0), loss="mse")
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.2
