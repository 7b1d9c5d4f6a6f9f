"""The same in tensorflow.keras: legacy optimizers and experimental layers.

Names: experimental|legacy
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=180)
x = rng.random((180, 12, 12, 1)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
import tensorflow as tf

model = tf.keras.Sequential([
    tf.keras.layers.experimental.preprocessing.Rescaling(1 / 2, input_shape=(12, 12, 1)),
    tf.keras.layers.Conv2D(4, 3, activation='relu'),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(3, activation='softmax'),
])
model.compile(optimizer=tf.keras.optimizers.legacy.Adam(lr=0.001), loss='sparse_categorical_crossentropy')
model.fit(x, y, epochs=2, verbose=0)
