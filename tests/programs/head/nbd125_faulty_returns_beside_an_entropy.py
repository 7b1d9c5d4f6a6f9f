"""Returns times log-probabilities are minimised, beside an entropy that is rightly taken away."""

# %% data
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

rng = np.random.default_rng(1254)
secret = rng.normal(size=(4, 3))
state = rng.normal(size=(1200, 4)).astype("float32")
action = rng.integers(0, 3, 1200)
reward = (rng.random(1200) < 1 / (1 + np.exp(-2 * state @ secret)[np.arange(1200), action])).astype(
    "float32"
)
told = np.column_stack([np.eye(3)[action], reward - reward.mean()]).astype("float32")


def with_entropy(weight):
    def loss(y_true, y_pred):
        logp = tf.math.log(tf.clip_by_value(y_pred, 0.02, 1.0))
        of_taken = tf.reduce_sum(logp * y_true[:, :3], axis=-1)
        returns = tf.stop_gradient(y_true[:, 3])
        entropy = -tf.reduce_sum(y_pred * logp, axis=-1)
        return tf.reduce_mean(of_taken * returns) - weight * tf.reduce_mean(entropy)

    return loss


# %% training
model = keras.Sequential(
    [keras.Input((4,)), layers.Dense(16, activation="tanh"), layers.Dense(3, activation="softmax")]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=with_entropy(0.01))
history = model.fit(state, told, epochs=8, batch_size=100, verbose=0)
