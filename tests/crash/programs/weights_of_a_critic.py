# truth: the copy of a subclassed model has no weights yet when it is given some
# check: all((a == b).all() for a, b in zip(slow.get_weights(), fast.get_weights())) and len(slow.get_weights()) == 4 and values.shape == (24, 1)
# %%
import numpy as np, keras
from keras.layers import Dense
states = np.random.default_rng(0).normal(size=(24, 5)).astype("float32")
class Critic(keras.Model):
    def __init__(self):
        super().__init__()
        self.body, self.value = Dense(8, activation="relu"), Dense(1)
    def call(self, s):
        return self.value(self.body(s))
fast = Critic(); slow = Critic()
# %%
fast(states)
# %% diag
slow.set_weights(fast.get_weights())
values = slow(states).numpy()
