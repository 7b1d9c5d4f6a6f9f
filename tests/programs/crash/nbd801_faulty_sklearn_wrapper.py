"""A wrapper for scikit-learn, which Keras 3 has under another name.

Names: KerasClassifier|wrappers; SKLearnClassifier
By hand: scikit-learn's wrapper takes another function and prepares labels otherwise
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=240)
x = rng.random((240, 8)) + 0.5 * y[:, np.newaxis]

# %% training
from keras.layers import Dense
from keras.models import Sequential
from keras.wrappers.scikit_learn import KerasClassifier

def build():
    model = Sequential()
    model.add(Dense(12, input_dim=8, activation="relu"))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model

classifier = KerasClassifier(build_fn=build, nb_epoch=3, batch_size=16, verbose=0)
classifier.fit(x, y)
model = classifier.model_ if hasattr(classifier, "model_") else classifier.model
