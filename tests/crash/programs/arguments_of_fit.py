# truth: arguments of fit misspelt
# check: model.optimizer.iterations.numpy() > 0 and 'val_loss' in hist.history
# %%
import numpy as np, keras
rng = np.random.default_rng(3); x = rng.normal(size=(160, 5)); y = x @ rng.normal(size=5); xv, yv = x[:30], y[:30]
model = keras.Sequential([keras.layers.Dense(8, "relu"), keras.layers.Dense(1)]); model.compile("adam", "mse")
# %% diag
hist = model.fit(x, y, epoch=3, batchsize=16, validation_data=(xv, yv), verbose=0)
