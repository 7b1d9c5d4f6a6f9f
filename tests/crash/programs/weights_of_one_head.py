# truth: class_weight is not for models with several outputs, and only one of them has weights
# check: net.optimizer.iterations.numpy() > 0 and len(net.outputs) == 2
# %%
import numpy as np
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import Dense
x = np.random.rand(40, 5); rare = (x[:, 0] > .8).astype(int); size = x.sum(1)
weight = {0: 1.0, 1: 4.0}
# %% diag
inp = Input((5,)); mid = Dense(8, activation="tanh")(inp)
net = Model(inp, [Dense(1, activation="sigmoid", name="rare")(mid), Dense(1, name="size")(mid)])
net.compile(optimizer="adam", loss={"rare": "binary_crossentropy", "size": "mse"})
net.fit(x, {"rare": rare, "size": size}, class_weight={"rare": weight}, epochs=1, verbose=0)
