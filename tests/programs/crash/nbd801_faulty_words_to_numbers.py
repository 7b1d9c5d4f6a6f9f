"""Texts numbered by the Tokenizer of keras.preprocessing.

Names: preprocessing.text; tensorflow
"""

# %% data
import numpy as np

rng = np.random.default_rng(0)
good, bad = ['fine', 'great', 'warm'], ['cold', 'poor', 'dull']
y = rng.integers(0, 2, size=160)
texts = [' '.join(rng.choice(good if label else bad, size=4)) for label in y]

# %% training
from keras.layers import LSTM, Dense, Embedding
from keras.models import Sequential
from keras.preprocessing.sequence import pad_sequences
from keras.preprocessing.text import Tokenizer

tokenizer = Tokenizer(nb_words=100)
tokenizer.fit_on_texts(texts)
x = pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=6)
model = Sequential()
model.add(Embedding(100, 8, input_length=6, dropout=0.1))
model.add(LSTM(8))
model.add(Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=2, verbose=0)
