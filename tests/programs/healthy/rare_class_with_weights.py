"""Three rows in a hundred are positive and weigh more."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(110)
y = (rng.random(2000) < 0.03).astype("float32")
x = rng.normal(size=(2000, 6)) + 2 * y[:, None]

# %% training
model = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(16, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.005),
    loss="binary_crossentropy",
    metrics=["accuracy", keras.metrics.AUC(name="auc")],
)
history = model.fit(x, y, epochs=8, class_weight={0: 1.0, 1: 30.0}, verbose=0)

# %% check
assert history.history["auc"][-1] > 0.97
