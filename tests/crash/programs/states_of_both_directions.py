# truth: Bidirectional(GRU) returns an output and two states, and two names take them
# check: len(m.inputs) == 2 and m.optimizer.iterations.numpy() > 0 and any(l.name.startswith("bidirectional") for l in m.layers)
# %%
import numpy as np
from keras import layers, Model
rs = np.random.RandomState(0)
A = rs.randint(0, 9, (40, 6)); B = rs.randint(0, 9, (40, 5)); T = rs.randint(0, 9, (40, 5))
# %% diag
source = layers.Input((6,)); shifted = layers.Input((5,))
encoded, memory = layers.Bidirectional(layers.GRU(7, return_state=True))(layers.Embedding(9, 4)(source))
steps = layers.GRU(7, return_sequences=True)(layers.Embedding(9, 4)(shifted), initial_state=memory)
m = Model([source, shifted], layers.Dense(9, activation="softmax")(steps))
m.compile("adam", "sparse_categorical_crossentropy")
m.fit([A, B], T, epochs=1, verbose=0)
