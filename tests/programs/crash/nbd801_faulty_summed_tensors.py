"""Two tensors added by the function merge.

Names: merge; add
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.models import Model
from keras.layers import Dense, Input, merge

start = Input(shape=(8,))
one = Dense(6, activation='relu')(start)
two = Dense(6, activation='tanh')(start)
both = merge([one, two], mode='sum')
answer = Dense(1, activation='sigmoid')(both)
model = Model(input=start, output=answer)
model.compile(optimizer='adam', loss='binary_crossentropy')
model.fit(x, y, nb_epoch=3, verbose=0)
