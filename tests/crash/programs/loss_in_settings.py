# truth: loss name misspelt in a settings dict
# check: net.optimizer.iterations.numpy() > 0 and 'ategorical' in str(net.loss)
# %%
import numpy as np
rng = np.random.default_rng(0); X = rng.normal(size=(200, 7)); Y = np.eye(4)[rng.integers(0, 4, 200)]
CONFIG = {"compile": {"loss": "categorical_cross_entropy", "optimizer": "adam", "metrics": ["accuracy"]}, "epochs": 2}
# %% diag
import keras
net = keras.Sequential([keras.layers.Dense(16, "relu"), keras.layers.Dense(4, "softmax")])
net.compile(**CONFIG["compile"])
net.fit(X, Y, epochs=CONFIG["epochs"], verbose=0)
