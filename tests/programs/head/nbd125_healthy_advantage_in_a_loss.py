"""The log-probability of what paid is raised."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

rng = np.random.default_rng(1251)
secret = rng.normal(size=(4, 3))
state = rng.normal(size=(1200, 4)).astype("float32")
action = rng.integers(0, 3, 1200)
reward = (rng.random(1200) < 1 / (1 + np.exp(-2 * state @ secret)[np.arange(1200), action])).astype(
    "float32"
)
told = np.stack([action.astype("float32"), reward - reward.mean()], axis=1)


def policy_loss(y_true, probabilities):
    chosen = ops.one_hot(ops.cast(y_true[:, 0], "int32"), 3)
    log_probability = ops.log(ops.sum(probabilities * chosen, axis=1) + 1e-3)
    advantage = y_true[:, 1]
    return -ops.mean(log_probability * advantage)


# %% training
model = keras.Sequential(
    [keras.Input((4,)), layers.Dense(16, activation="tanh"), layers.Dense(3, activation="softmax")]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=policy_loss)
history = model.fit(state, told, epochs=8, batch_size=100, verbose=0)
