# truth: the validation set was never batched
# check: "val_loss" in log.history and model.output_shape == (None, 2)
# %%
import numpy as np, keras, tensorflow as tf
g = np.random.default_rng(7); x = g.random((48, 5, 2)).astype("float32"); y = g.integers(0, 2, 48); BATCH = 12
data = tf.data.Dataset.from_tensor_slices((x, y))
train = data.take(36).batch(BATCH)
held = data.skip(36)
# %% diag
model = keras.Sequential([keras.layers.Input((5, 2)), keras.layers.Conv1D(4, 3), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
log = model.fit(train, validation_data=held, epochs=2, verbose=0)
