"""A second ConvLSTM2D after the last frame of the first.

Names: conv_lstm2d; return_sequences
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
clips = rng.random((24, 4, 10, 10, 1)).astype("float32")
moving = (clips[:, -1].mean(axis=(1, 2, 3)) > clips[:, 0].mean(axis=(1, 2, 3))).astype("float32")

# %% training
from keras.layers import ConvLSTM2D, Dense, GlobalAveragePooling2D
from keras.models import Sequential

model = Sequential()
model.add(ConvLSTM2D(4, (3, 3), input_shape=(4, 10, 10, 1)))
model.add(ConvLSTM2D(4, (3, 3)))
model.add(GlobalAveragePooling2D())
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam")
model.fit(clips, moving, epochs=1, batch_size=8, verbose=0)
