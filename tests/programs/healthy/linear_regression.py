"""One layer, no activation: a plane is all that is wanted."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(128)
x = rng.normal(size=(800, 5))
y = x @ [1.0, -2.0, 0.5, 0.0, 3.0] + 0.7 + 0.3 * rng.normal(size=800)

# %% training
model = keras.Sequential([keras.Input((5,)), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse")
history = model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.2
