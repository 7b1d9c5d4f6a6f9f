"""A generator reads all samples in a random order, for the training and for the validation."""

# %% data
import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(4094)
x = rng.normal(size=(500, 20)).astype("float32")
y = (x[:, 0] + 0.3 * rng.normal(size=500) > 0).astype("int32")


def drawn(inputs, labels, seed):
    draw = np.random.default_rng(seed)
    while True:
        order = draw.permutation(len(inputs))
        for start in range(0, len(order), 25):
            places = order[start : start + 25]
            yield inputs[places], labels[places]


# %% training
model = keras.Sequential(
    [
        keras.Input((20,)),
        layers.Dense(24, activation="relu"),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(
    drawn(x, y, 1),
    steps_per_epoch=16,
    validation_data=drawn(x, y, 2),
    validation_steps=4,
    epochs=15,
    verbose=0,
)
