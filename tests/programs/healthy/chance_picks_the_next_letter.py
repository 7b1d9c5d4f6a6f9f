"""The next letter of texts that chance wrote: the loss comes to rest at their entropy."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(213)
odds = rng.dirichlet(np.full(8, 0.4), size=8)
texts = np.zeros((600, 17), dtype="int32")
for step in range(1, 17):
    draw = rng.random((600, 1))
    texts[:, step] = np.minimum((odds[texts[:, step - 1]].cumsum(axis=1) < draw).sum(axis=1), 7)
x, y = texts[:, :-1], texts[:, 1:]

# %% training
model = keras.Sequential(
    [layers.Embedding(8, 8), layers.GRU(16, return_sequences=True), layers.Dense(8)]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% check
entropy = -np.mean(np.log(odds[x[480:], y[480:]]))
assert history.history["val_loss"][-1] < entropy + 0.06
