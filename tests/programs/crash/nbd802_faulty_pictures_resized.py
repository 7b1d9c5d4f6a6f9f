"""Pictures of another size than the model was made for.

Names: 24; 16
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=120)
x = rng.random((120, 16, 16, 3)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
import tensorflow as tf

model = tf.keras.Sequential()
model.add(tf.keras.layers.Conv2D(4, (3, 3), activation='relu', input_shape=(24, 24, 3)))
model.add(tf.keras.layers.MaxPooling2D((2, 2)))
model.add(tf.keras.layers.Flatten())
model.add(tf.keras.layers.Dense(3, activation='softmax'))
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
model.fit(x, y, epochs=2, verbose=0)
