"""Stars from 1 to 5 out of two embeddings and their dot product; nothing bounds the answer."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(217)
taste, style = rng.normal(size=(80, 2)), rng.normal(size=(50, 2))
pairs = rng.permutation(4000)
user, film = pairs // 50, pairs % 50
stars = 3.2 + 0.8 * (taste[user] * style[film]).sum(axis=1) + 0.3 * rng.normal(size=4000)
stars = np.clip(stars.round(), 1, 5)

# %% training
first, second = keras.Input((1,), name="user"), keras.Input((1,), name="film")
weak = keras.regularizers.L2(1e-5)
match = layers.Dot(axes=-1)(
    [
        layers.Embedding(80, 4, embeddings_regularizer=weak)(first),
        layers.Embedding(50, 4, embeddings_regularizer=weak)(second),
    ]
)
parts = [match, layers.Embedding(80, 1)(first), layers.Embedding(50, 1)(second)]
total = layers.Add()([layers.Flatten()(part) for part in parts])
model = keras.Model([first, second], layers.Rescaling(1.0, offset=3.2)(total))
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
history = model.fit([user, film], stars, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_loss"][-1] < 0.4 * stars.var()
