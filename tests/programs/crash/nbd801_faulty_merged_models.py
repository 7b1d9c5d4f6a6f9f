"""Two Sequential models joined by a Merge layer.

Names: Merge; Concatenate|concatenate
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.models import Sequential
from keras.layers import Dense, Merge

left = Sequential()
left.add(Dense(8, input_dim=5, activation='relu'))
right = Sequential()
right.add(Dense(8, input_dim=3, activation='relu'))

model = Sequential()
model.add(Merge([left, right], mode='concat'))  # both halves of a row
model.add(Dense(1, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy')
model.fit([x[:, :5], x[:, 5:]], y, epochs=3, verbose=0)
