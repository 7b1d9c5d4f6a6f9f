# truth: the file name asks for binary_acc, and binary_accuracy is reported
# check: len([f for f in os.listdir(spot) if f.endswith(".weights.h5")]) >= 1 and len(seen.history["loss"]) == 1
# %%
import os, tempfile
import numpy as np
from tensorflow.keras import layers, models, callbacks
spot = tempfile.mkdtemp(); x = np.random.rand(30, 4); y = (x[:, 0] > .5) * 1
m = models.Sequential([layers.Input((4,)), layers.Dense(1, activation="sigmoid")])
m.compile("sgd", "binary_crossentropy", metrics=["binary_accuracy"])
# %% diag
path = os.path.join(spot, "w{epoch:02d}_{binary_acc:.2f}.weights.h5")
seen = m.fit(x, y, epochs=1, verbose=0, callbacks=[callbacks.ModelCheckpoint(path, save_weights_only=True)])
