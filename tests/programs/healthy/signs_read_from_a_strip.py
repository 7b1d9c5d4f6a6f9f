"""Four signs somewhere on a strip, read with the CTC loss: fewer targets than answers."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(205)
shapes = 1.5 * rng.normal(size=(3, 4, 5))
signs = rng.integers(1, 4, size=(800, 4))
strips = 0.2 * rng.normal(size=(800, 28, 5))
for strip, written in zip(strips, signs, strict=True):
    for place, sign in enumerate(written):
        start = 7 * place + rng.integers(0, 3)
        strip[start : start + 4] += shapes[sign - 1]

# %% training
model = keras.Sequential(
    [
        keras.Input((28, 5)),
        layers.Conv1D(24, 5, padding="same", activation="relu"),
        layers.Conv1D(24, 5, padding="same", activation="relu"),
        layers.MaxPooling1D(2),
        layers.Dense(4),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss=keras.losses.CTC())
history = model.fit(strips, signs, epochs=10, validation_split=0.2, verbose=0)

# %% check
paths = model.predict(strips[640:], verbose=0).argmax(axis=-1)
read = [[n for n, left in zip(p, [0, *p]) if n and n != left] for p in paths]
assert np.mean([list(a) == b for a, b in zip(signs[640:], read)]) > 0.9
