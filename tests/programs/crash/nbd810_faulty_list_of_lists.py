"""Features and labels as plain lists.

Names: list; array|float
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
rows = rng.random((120, 4)).round(3).tolist()
labels = [int(row[0] > 0.5) for row in rows]

# %% training
from keras.layers import Dense
from keras.models import Sequential

model = Sequential()
model.add(Dense(8, input_dim=4, activation="relu"))
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam")
model.fit(rows, labels, epochs=2, verbose=0)
