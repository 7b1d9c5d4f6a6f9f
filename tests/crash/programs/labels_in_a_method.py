# truth: one-hot labels with SparseCategoricalCrossentropy object, in a class with methods
# check: wrap.net.optimizer.iterations.numpy() > 0
# %%
import numpy as np
from tensorflow import keras
r = np.random.RandomState(8); a = r.rand(100, 9); b = keras.utils.to_categorical(r.randint(0, 4, 100), 4)
class Wrapper:
    def __init__(self, n_in, n_out):
        self.net = keras.Sequential([keras.layers.Input((n_in,)), keras.layers.Dense(16, activation='relu'), keras.layers.Dense(n_out, activation='softmax')])
    def train(self, x, y):
        self.net.compile(optimizer='adam', loss=keras.losses.SparseCategoricalCrossentropy(), metrics=['accuracy'])
        return self.net.fit(x, y, epochs=2, verbose=0)
# %% diag
wrap = Wrapper(9, 4)
wrap.train(a, b)
