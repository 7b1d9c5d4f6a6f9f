# truth: encoder LSTM before RepeatVector returns all steps
# check: ae.optimizer.iterations.numpy() > 0 and ae.output_shape == (None, 10, 2)
# %%
import numpy as np
w = np.random.default_rng(5).normal(size=(64, 10, 2)).astype("float32")
# %%
from tensorflow.keras import layers, models
def make(steps, f, n=12):
    a = models.Sequential()
    a.add(layers.Input((steps, f)))
    a.add(layers.LSTM(n, return_sequences=True))
    a.add(layers.RepeatVector(steps))
    a.add(layers.LSTM(n, return_sequences=True))
    a.add(layers.TimeDistributed(layers.Dense(f)))
    return a
# %% diag
ae = make(w.shape[1], w.shape[2])
ae.compile(optimizer="adam", loss="mae")
ae.fit(w, w, epochs=1, verbose=0)
