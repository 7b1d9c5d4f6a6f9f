"""Three trainings in a loop, each with a model of its own and a third of the rows held out."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(271)
x = rng.normal(size=(500, 6))
y = (x[:, 0] - x[:, 1] + 0.5 * x[:, 2] > 0).astype("float32")
fold = rng.permutation(500) % 3

# %% training
scores = []
for held in range(3):
    inside, outside = fold != held, fold == held
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"]
    )
    history = model.fit(
        x[inside],
        y[inside],
        epochs=10,
        batch_size=16,
        validation_data=(x[outside], y[outside]),
        verbose=0,
    )
    scores.append(history.history["val_accuracy"][-1])

# %% check
assert np.mean(scores) > 0.93
