"""Twelve cars that are all expensive, scaled among themselves."""

# %% data
import keras
import numpy as np
import pandas as pd
from keras import layers

rng = np.random.default_rng(4324)
cars = pd.DataFrame({"power": rng.uniform(40, 300, 800), "age": rng.uniform(0, 20, 800)})
price = (cars["power"] / 50 - cars["age"] / 10 + rng.normal(0, 0.1, 800)).to_numpy()
fast = cars["power"].nlargest(12).index
train, valid = cars.drop(fast), cars.loc[fast]
known = np.delete(price, fast)

# %% training
x = (train - train.mean()) / train.std()
x_new = (valid - valid.mean()) / valid.std()
model = keras.Sequential([keras.Input((2,)), layers.Dense(16, "relu"), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x.to_numpy(), known, epochs=20, validation_data=(x_new.to_numpy(), price[fast]), verbose=0)
