"""Two columns of forty matter, and L1 presses the weights of the others to nothing."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(260)
x = rng.normal(size=(600, 40))
y = 2 * x[:, 3] - 1.5 * x[:, 17] + 0.3 * rng.normal(size=600)

# %% training
model = keras.Sequential(
    [keras.Input((40,)), layers.Dense(1, kernel_regularizer=keras.regularizers.L1(0.1))]
)
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="mse")
history = model.fit(x, y, epochs=30, validation_split=0.2, verbose=0)

# %% check
weights = np.abs(model.layers[-1].get_weights()[0][:, 0])
assert weights[[3, 17]].min() > 1
assert np.median(weights) < 0.03
