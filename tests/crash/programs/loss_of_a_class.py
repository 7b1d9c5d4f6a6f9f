# truth: call of the user's own loss class computes with NumPy
# check: type(m.loss).__name__ == "Asymmetric" and m.optimizer.iterations.numpy() > 0
# %%
import numpy as np, keras
g = np.random.default_rng(9); x = g.random((40, 4)); y = g.random((40, 1))
class Asymmetric(keras.losses.Loss):
    def call(self, y_true, y_pred):
        gap = y_true - y_pred
        return np.mean(np.where(gap > 0, 3 * gap, np.abs(gap)), axis=-1)
# %% diag
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
m.compile(optimizer="sgd", loss=Asymmetric())
m.fit(x, y, epochs=1, verbose=0)
