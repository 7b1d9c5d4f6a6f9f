"""Three hundred epochs asked: the rate falls at each standstill, and the training ends itself."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(215)
x = rng.normal(size=(400, 8))
y = x[:, 0] - 0.7 * x[:, 1] + np.maximum(x[:, 2], 0) + 0.8 * rng.normal(size=400)

# %% training
model = keras.Sequential(
    [
        keras.Input((8,)),
        layers.Dense(16, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
        layers.Dropout(0.1),
        layers.Dense(1),
    ]
)
model.compile(optimizer=keras.optimizers.Adam(0.02), loss="mse")
helpers = [
    keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=4, min_lr=1e-5),
    keras.callbacks.EarlyStopping(patience=9, restore_best_weights=True),
]
history = model.fit(x, y, epochs=300, validation_split=0.25, callbacks=helpers, verbose=0)

# %% check
assert len(history.history["loss"]) < 200
assert np.mean((model.predict(x[300:], verbose=0)[:, 0] - y[300:]) ** 2) < 0.55 * y[300:].var()
