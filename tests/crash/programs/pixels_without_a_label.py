# truth: -1 marks pixels without a label, and the loss is not told to leave them out
# check: seg.optimizer.iterations.numpy() > 0 and seg.output_shape == (None, 6, 6, 3) and np.isfinite(seg.evaluate(img, mask, verbose=0))
# %%
import numpy as np, keras
from keras import layers
g = np.random.default_rng(5); img = g.random((24, 6, 6, 1)).astype("float32"); mask = g.integers(-1, 3, (24, 6, 6))
# %% diag
seg = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(4, 3, padding="same", activation="relu"), layers.Conv2D(3, 1, activation="softmax")])
seg.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
seg.fit(img, mask, epochs=1, batch_size=8, verbose=0)
