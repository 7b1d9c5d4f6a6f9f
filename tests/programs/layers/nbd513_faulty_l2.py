"""An L2 penalty of 1.0 on two layers: the weights shrink, and nothing is learnt."""

# %% data
import keras
from keras import layers
from sklearn.datasets import load_digits

keras.utils.set_random_seed(1)
digits = load_digits()
x, y = digits.data / 16, digits.target

# %% training
model = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(64, activation="relu", kernel_regularizer=keras.regularizers.L2(1.0)),
        layers.Dense(64, activation="relu", kernel_regularizer=keras.regularizers.L2(1.0)),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=10, validation_split=0.2, verbose=0)
