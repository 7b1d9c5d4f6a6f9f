"""Field report 001: loss and accuracy are the same number in every epoch.

A review classifier after a well-known book: the last layer has no activation, the loss is binary
cross-entropy. With these initial weights every output is negative, the loss cuts them all off at
the same place, and no weight ever gets a gradient: accuracy 0.4888 in every epoch with seeds 0, 2
and 3, while 1 and 4 learn. With a sigmoid all of them reach 0.96, in three seconds a run.
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
vocabulary, length, reviews = 2000, 100, 4000

# Words are as frequent as in real text, and about one in seven is praise or blame.
frequency = 1 / np.arange(10, vocabulary + 10)
tone = rng.normal(size=vocabulary) * (rng.random(vocabulary) < 0.15)
positive, negative = (frequency * np.exp(sign * 0.6 * tone) for sign in (1, -1))

y = rng.integers(0, 2, size=reviews)
x = np.stack(
    [
        rng.choice(vocabulary, size=length, p=chances / chances.sum())
        for chances in (positive if label else negative for label in y)
    ]
)

# %% training
import keras
from keras import layers

keras.utils.set_random_seed(0)

model = keras.Sequential()
model.add(keras.Input(shape=(length,)))
model.add(layers.Embedding(vocabulary, 64))
model.add(layers.Conv1D(32, 7, activation="relu"))
model.add(layers.MaxPooling1D(5))
model.add(layers.Conv1D(32, 7, activation="relu"))
model.add(layers.GlobalMaxPooling1D())
model.add(layers.Dense(1))

model.compile(
    optimizer=keras.optimizers.RMSprop(learning_rate=0.001),
    loss="binary_crossentropy",
    metrics=["acc"],
)
history = model.fit(x, y, epochs=5, batch_size=64, validation_split=0.2, verbose=2)
