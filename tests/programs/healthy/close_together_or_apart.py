"""The answer is a distance, small where two rows belong together, and the loss is contrastive."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(221)
centres = 1.5 * rng.normal(size=(6, 10))
left, right = rng.integers(0, 6, size=(2, 1200))
right[::2] = left[::2]
a = centres[left] + 0.5 * rng.normal(size=(1200, 10))
b = centres[right] + 0.5 * rng.normal(size=(1200, 10))
same = (left == right).astype("float32")[:, None]


def contrastive(y_true, gap):
    apart = keras.ops.maximum(1 - gap, 0)
    return keras.ops.mean(y_true * gap**2 + (1 - y_true) * apart**2)

# %% training
tower = keras.Sequential([keras.Input((10,)), layers.Dense(32, activation="relu"), layers.Dense(8)])
first, second = keras.Input((10,)), keras.Input((10,))
between = layers.Subtract()([tower(first), tower(second)])
gap = layers.Lambda(
    lambda d: keras.ops.sqrt(keras.ops.sum(d**2, axis=-1, keepdims=True) + 1e-7),
    output_shape=(1,),
)(between)
model = keras.Model([first, second], gap)
model.compile(optimizer=keras.optimizers.RMSprop(0.003), loss=contrastive)
history = model.fit([a, b], same, epochs=8, validation_split=0.2, verbose=0)

# %% check
made = model.predict([a[960:], b[960:]], verbose=0)
assert np.mean((made < 0.5) == (same[960:] > 0.5)) > 0.9
