# truth: an LSTM returns its output and two states, and two names take them
# check: model.optimizer.iterations.numpy() > 0 and model.output_shape == (None, 4, 1)
# %%
import numpy as np
from tensorflow.keras.layers import Input, LSTM, RepeatVector, Dense
from tensorflow.keras.models import Model
past = np.random.default_rng(2).random((30, 8, 1)); future = past[:, 4:, :]
# %% diag
inp = Input(shape=(8, 1))
out, state = LSTM(6, return_state=True)(inp)
dec = LSTM(6, return_sequences=True)(RepeatVector(4)(out), initial_state=state)
model = Model(inp, Dense(1)(dec))
model.compile(optimizer="adam", loss="mae")
model.fit(past, future, epochs=1, verbose=0)
