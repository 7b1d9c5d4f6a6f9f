# truth: a custom layer assigns self.losses, which Keras computes
# check: m.optimizer.iterations.numpy() > 0 and gate.count.shape == ()
# %%
import keras, numpy as np
r = np.random.default_rng(1); u = r.normal(size=(60, 4)).astype("float32"); v = (u[:, 0] > 0) * 1
# %% diag
class Gate(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.losses = []
        self.count = self.add_weight(shape=(), initializer="zeros", trainable=False)
    def call(self, x):
        self.losses.append(0)
        return keras.ops.tanh(x)
gate = Gate()
m = keras.Sequential([keras.Input((4,)), gate, keras.layers.Dense(1, activation="sigmoid")])
m.compile("adam", "binary_crossentropy")
m.fit(u, v, epochs=1, verbose=0)
