"""Claims: zero for most, much for a few; softplus, a Tweedie loss, the time insured as weight."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(204)
x = rng.normal(size=(4000, 4))
insured = rng.uniform(0.2, 1, size=4000)
expected = np.exp(0.8 * x[:, 0] - 0.6 * x[:, 1])
number = rng.poisson(0.7 * expected * insured)
paid = np.where(number, rng.gamma(np.maximum(2 * number, 1), 0.5), 0) / insured


def tweedie(y_true, y_pred):
    root = keras.ops.sqrt(y_pred + 1e-5)
    return keras.ops.mean(2 * root + 2 * keras.ops.cast(y_true, root.dtype) / root, axis=-1)

# %% training
model = keras.Sequential(
    [
        keras.Input((4,)),
        layers.Dense(24, activation="elu"),
        layers.Dense(1, activation="softplus"),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss=tweedie)
history = model.fit(
    x[:3000], paid[:3000, None], sample_weight=insured[:3000], epochs=10, batch_size=64, verbose=0
)

# %% check
made = model.predict(x[3000:], verbose=0)[:, 0]
assert np.corrcoef(np.log(made), np.log(expected[3000:]))[0, 1] > 0.95
