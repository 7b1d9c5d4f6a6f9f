# truth: a convolution on the way down lacks padding="same", so that the way up does not meet it
# check: net.output_shape == (None, 16, 8) and all(l.padding == "same" for l in net.layers if "conv" in l.name)
# %%
import numpy as np, keras
r = np.random.default_rng(6); s = r.normal(size=(40, 16, 2)).astype("float32"); t = r.normal(size=(40, 16, 8))
# %% diag
given = keras.Input((16, 2))
wide = keras.layers.Conv1D(4, 3, padding="same", activation="relu")(given)
half = keras.layers.MaxPooling1D(2)(wide)
half = keras.layers.Conv1D(8, 3, activation="relu")(half)
full = keras.layers.UpSampling1D(2)(half)
both = keras.layers.Concatenate()([full, wide])
out = keras.layers.Conv1D(8, 3, padding="same")(both)
net = keras.Model(given, out)
net.compile(loss="mse", optimizer="adam")
net.fit(s, t, epochs=1, verbose=0)
