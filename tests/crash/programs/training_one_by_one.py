# truth: the training set was never batched
# check: reg.optimizer.iterations.numpy() > 0 and reg.input_shape == (None, 4, 3)
# %%
import numpy as np, tensorflow as tf
from tensorflow.keras import layers, models
x = np.random.rand(40, 4, 3).astype("float32"); y = x.sum((1, 2))
pairs = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(40)
# %% diag
reg = models.Sequential()
reg.add(layers.Input(shape=(4, 3)))
reg.add(layers.LSTM(5))
reg.add(layers.Dense(1))
reg.compile("adam", "mse")
reg.fit(pairs, epochs=1, verbose=0)
