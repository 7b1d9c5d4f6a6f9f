"""Three recurrent layers; the second keeps only its last step.

Names: return_sequences
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
x = rng.random((160, 10, 2))
y = x[:, :, 0].sum(axis=1)

# %% training
from keras.layers import GRU, Dense
from keras.models import Sequential

model = Sequential()
model.add(GRU(6, input_shape=(10, 2), return_sequences=True))
model.add(GRU(6))
model.add(GRU(6))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(x, y, epochs=2, verbose=0)
