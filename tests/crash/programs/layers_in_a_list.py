# truth: no Flatten between maps and the head, layers applied in a loop
# check: clf.optimizer.iterations.numpy() > 0 and clf.output_shape == (None, 5)
# %%
import numpy as np, keras
from keras import layers as L
g = np.random.default_rng(1); pics = g.random((80, 16, 16, 3)).astype("float32"); lab = g.integers(0, 5, 80)
# %% diag
stack = [L.Conv2D(8, 3, activation="relu"), L.MaxPooling2D(), L.Conv2D(8, 3, activation="relu"), L.Dense(16, activation="relu"), L.Dense(5, activation="softmax")]
inp = keras.Input((16, 16, 3)); h = inp
for layer in stack:
    h = layer(h)
clf = keras.Model(inp, h)
clf.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
clf.fit(pics, lab, epochs=2, batch_size=20, verbose=0)
