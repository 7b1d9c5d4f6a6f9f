"""Five rows in a hundred are positive, unweighted, and found."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(122)
y = (rng.random(2000) < 0.05).astype("float32")
x = rng.normal(size=(2000, 5)) + 1.5 * y[:, None]

# %% training
model = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="binary_crossentropy",
    metrics=[keras.metrics.AUC(name="auc"), "accuracy"],
)
history = model.fit(x, y, epochs=8, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_auc"][-1] > 0.9
