# truth: class_weight is not for models with several outputs
# check: two.optimizer.iterations.numpy() > 0 and len(two.outputs) == 2 and "loss" in log.history and log.history["loss"][0] > 1.2
# %%
import numpy as np, keras
from keras.layers import Dense
g = np.random.default_rng(11); x = g.random((48, 4)).astype("float32"); kind = g.integers(0, 3, 48); ill = g.integers(0, 2, 48)
# %% diag
i = keras.Input((4,)); h = Dense(6, activation="relu")(i)
two = keras.Model(i, {"kind": Dense(3, activation="softmax", name="kind")(h), "ill": Dense(1, activation="sigmoid", name="ill")(h)})
two.compile("sgd", {"kind": "sparse_categorical_crossentropy", "ill": "binary_crossentropy"})
log = two.fit(x, {"kind": kind, "ill": ill}, class_weight={"kind": {0: 1., 1: 1., 2: 4.}, "ill": {0: 1., 1: 3.}}, epochs=1, verbose=0)
