# truth: the constructor of a custom layer does not take the name that Keras saves with it
# check: twin.layers[0].rate == 0.3 and twin.optimizer.iterations.numpy() > 0
# %%
import keras, numpy as np
r = np.random.default_rng(2); q = r.normal(size=(60, 6)).astype("float32"); s = q[:, :1] * 2
# %% diag
class Blur(keras.layers.Layer):
    def __init__(self, rate=0.1):
        super().__init__()
        self.rate = rate
    def call(self, x):
        return x * (1 - self.rate)
    def get_config(self):
        return {**super().get_config(), "rate": self.rate}
net = keras.Sequential([keras.Input((6,)), Blur(0.3), keras.layers.Dense(1)])
twin = keras.Sequential.from_config(net.get_config(), custom_objects={"Blur": Blur})
twin.compile("sgd", "mse")
twin.fit(q, s, epochs=1, verbose=0)
