# truth: a new object of the class has no weights when those of the best one are put into it
# check: np.allclose(final.predict(X, verbose=0), best.predict(X, verbose=0)) and scores.shape == (40, 2)
# %%
import numpy as np
from tensorflow import keras
X = np.random.default_rng(1).random((40, 3)); Y = X[:, :2] * 2
class Net(keras.Model):
    def __init__(self, width=6):
        super().__init__()
        self.a = keras.layers.Dense(width, activation="tanh")
        self.b = keras.layers.Dense(2)
    def call(self, inputs):
        return self.b(self.a(inputs))
best = Net(); best.compile("adam", "mse"); _ = best.fit(X, Y, epochs=1, verbose=0)
kept = best.get_weights()
# %% diag
final = Net()
final.set_weights(kept)
scores = final.predict(X, verbose=0)
