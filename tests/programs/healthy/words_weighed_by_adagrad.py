"""Adagrad at 0.5 on rows of rare ones: it divides by what it has seen, and few words come often."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(202)
liking = rng.dirichlet(np.full(300, 0.2), size=5) + 0.001
topic = rng.integers(0, 5, size=1500)
words = np.zeros((1500, 300), "float32")
for row, kind in zip(words, topic, strict=True):
    row[rng.choice(300, size=12, p=liking[kind] / liking[kind].sum())] = 1

# %% training
model = keras.Sequential([keras.Input((300,)), layers.Dense(5)])
model.compile(
    optimizer=keras.optimizers.Adagrad(0.5),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(words, topic, epochs=4, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
