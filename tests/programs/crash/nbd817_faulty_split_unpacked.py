"""The four parts of train_test_split taken in the wrong order.

Names: train_test_split; 150|50
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
spam = rng.integers(0, 2, size=200)
mails = rng.normal(size=(200, 10)) + 0.8 * spam[:, np.newaxis]

# %% training
import keras
from keras import layers
from sklearn.model_selection import train_test_split

x_train, y_train, x_test, y_test = train_test_split(mails, spam, test_size=0.25, random_state=1)

model = keras.Sequential([keras.Input((10,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, validation_data=(x_test, y_test), epochs=2, batch_size=25, verbose=0)
