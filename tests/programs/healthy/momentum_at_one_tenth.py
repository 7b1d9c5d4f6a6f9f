"""SGD at 0.1 with momentum, BatchNormalization, a cosine: validation is wild, and then right."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(220)
pattern = 1.5 * rng.normal(size=(4, 12, 12, 1))
y = rng.integers(0, 4, size=640)
x = pattern[y] + rng.normal(size=(640, 12, 12, 1))

# %% training
rate = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=12 * 16)
inputs = keras.Input((12, 12, 1))
hidden = inputs
for filters in (8, 16):
    hidden = layers.Conv2D(filters, 3, padding="same", use_bias=False)(hidden)
    hidden = layers.BatchNormalization(momentum=0.9)(hidden)
    hidden = layers.MaxPooling2D()(layers.ReLU()(hidden))
outputs = layers.Dense(4, activation="softmax")(layers.Flatten()(hidden))
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.95
