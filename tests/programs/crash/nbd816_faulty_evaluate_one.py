"""predict on one picture without the axis of the batch.

Names: 12; row|sample|batch
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 3, size=180)
x = rng.random((180, 12, 12, 1)) + 0.3 * y[:, np.newaxis, np.newaxis, np.newaxis]

# %% training
import keras
from keras import layers

model = keras.Sequential([keras.Input((12, 12, 1)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=2, verbose=0)
picture = x[0]
print(model.predict(picture, verbose=0).argmax())
