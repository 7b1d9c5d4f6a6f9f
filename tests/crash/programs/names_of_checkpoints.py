# truth: the file name asks for val_acc, and val_accuracy is reported
# check: keep.monitor == "val_accuracy" and any("-0." in f or "-1." in f for f in os.listdir(where)) and len(run.history["loss"]) == 2
# %%
import os, tempfile, numpy as np, keras
where = tempfile.mkdtemp(); g = np.random.default_rng(8); x = g.random((40, 3)); y = g.integers(0, 2, 40)
net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
# %% diag
keep = keras.callbacks.ModelCheckpoint(filepath=where + "/best-{val_acc:.2f}.keras", monitor="val_acc", mode="max")
run = net.fit(x, y, validation_split=0.25, epochs=2, verbose=0, callbacks=[keep])
