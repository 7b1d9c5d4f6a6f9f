"""The training code of the five field reports as Keras 2 had it: migrated, it trains.

Each program was written from the report's facts, with smaller data.
"""

import warnings

import pytest

from nbdiag.edits.migration.cell import migrate

pytestmark = pytest.mark.training

WAVES = """
import numpy as np
rng = np.random.default_rng(0)
y = rng.integers(0, 2, size=64)
x = (rng.random((64, 32, 1)) + 0.5 * y[:, None, None]).astype("float32")
words = rng.integers(0, 50, size=(64, 40))
images = (rng.random((64, 16, 16, 1)) * 255).astype("float32")
"""

REPORTS = {
    "000": """%%traindiag
from keras.models import Sequential
from keras.layers.core import Dense, Flatten, Lambda
from keras.layers.convolutional import Convolution1D, SeparableConv1D
from keras.optimizers import adam
from keras import backend as K

def shrink(t):
    return t / (K.max(K.abs(t), axis=1, keepdims=True) + 1e-8)

model = Sequential()
model.add(Convolution1D(nb_filter=8, filter_length=3, border_mode='same', init='he_normal',
                        activation='relu', input_shape=(32, 1)))
model.add(SeparableConv1D(8, 3, activation='relu'))
model.add(Lambda(shrink))
model.add(Flatten())
model.add(Dense(output_dim=16, activation='relu'))  # fully connected
model.add(Dense(output_dim=1, activation='sigmoid'))
model.compile(loss='mean_squared_error', optimizer=adam(lr=0.003), metrics=['accuracy'])
history = model.fit(x, y, nb_epoch=2, batch_size=16, verbose=0)
print(history.history['acc'])
""",
    "001": """%%traindiag
from keras.models import Sequential
from keras.layers import Dense, Convolution1D, MaxPooling1D, GlobalMaxPooling1D
from keras.layers.embeddings import Embedding
from keras.optimizers import RMSprop

model = Sequential()
model.add(Embedding(50, 8, input_length=40, dropout=0.2))
model.add(Convolution1D(8, 7, activation='relu'))
model.add(MaxPooling1D(pool_length=2))
model.add(Convolution1D(8, 7, activation='relu'))
model.add(GlobalMaxPooling1D())
model.add(Dense(1))
model.compile(optimizer=RMSprop(lr=1e-4), loss='binary_crossentropy', metrics=['acc'])
history = model.fit(words, y, nb_epoch=2, batch_size=16, validation_split=0.2, verbose=0)
print(history.history['val_acc'])
""",
    "002": """%%traindiag
from keras.models import Sequential
from keras.layers import Activation, Convolution2D, Dense, MaxPooling2D, Reshape
from keras.optimizers import Adam
from keras.utils import np_utils

labels = np_utils.to_categorical(y, nb_classes=2)

def batches(size=16):
    while True:
        rows = rng.integers(0, len(images), size=size)
        yield images[rows] / 255, labels[rows]

model = Sequential()
model.add(Activation('relu', input_shape=(16, 16, 1)))
model.add(Convolution2D(4, 8, 8, border_mode='same'))
model.add(Convolution2D(8, 8, 8, border_mode='same'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Reshape((-1,)))
model.add(Dense(2))
model.add(Activation('softmax'))
model.compile(optimizer=Adam(lr=1e-5, epsilon=1e-8), loss_function='binary_crossentropy')
model.fit_generator(batches(), samples_per_epoch=64, nb_epoch=2, max_q_size=4, verbose=0)
""",
    "003": """%%traindiag
from keras.models import Sequential
from keras.layers import Convolution2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.utils.np_utils import to_categorical

train, test = images[:50], images[50:]
model = Sequential()
model.add(Convolution2D(8, 3, 3, input_shape=(16, 16, 1), dim_ordering='tf'))
model.add(Convolution2D(8, 3, 3))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(p=0.5))
model.add(Flatten())
model.add(Dense(output_dim=64, init='uniform'))
model.add(Dense(output_dim=2, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
history = model.fit(train, to_categorical(y[:50], 2), nb_epoch=2, batch_size=10, verbose=0,
                    validation_data=(test, to_categorical(y[50:], 2)))
print(history.history['val_acc'][-1], model.predict_classes(test).shape)
""",
    "004": """%%traindiag
from keras.models import Sequential
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.layers.normalization import BatchNormalization
from keras.layers.noise import GaussianNoise
from keras.callbacks import ReduceLROnPlateau
from keras.optimizers import RMSprop
from keras.regularizers import l2
from keras.utils import np_utils

targets = np_utils.to_categorical(y)
model = Sequential()
model.add(Conv2D(8, (3, 3), activation='relu', W_regularizer=l2(0.01), input_shape=(16, 16, 1)))
model.add(MaxPooling2D((2, 2)))
model.add(BatchNormalization(mode=0))
model.add(Flatten())
model.add(Dense(16, activation='relu'))
model.add(GaussianNoise(sigma=0.125))
model.add(Dense(2, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer=RMSprop(lr=0.1, decay=1e-6),
              metrics=['accuracy'])
slower = ReduceLROnPlateau(monitor='val_acc', epsilon=0.01, patience=1)
model.fit(images / 255, targets, n_epoch=2, validation_split=0.2, callbacks=[slower], verbose=0)
""",
}


@pytest.mark.parametrize("report", REPORTS)
def test_the_report_is_written_for_keras_3_and_trains(report, capsys):
    done = migrate(REPORTS[report])
    assert done.text.startswith("%%traindiag\n")
    assert migrate(done.text).text == done.text
    space = {}
    exec(WAVES, space)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # input_shape is still only advised against
        exec(done.text.removeprefix("%%traindiag\n"), space)
    model = space["model"]
    assert int(model.optimizer.iterations) >= 2
    capsys.readouterr()
