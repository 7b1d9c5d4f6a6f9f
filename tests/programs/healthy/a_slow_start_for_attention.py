"""Attention with norms in front: the rate starts at 0 and climbs for two epochs."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(244)
words = rng.integers(0, 20, size=(1200, 8))
largest = words.max(axis=1)
y = (largest % 3).astype("int32")

# %% training
rate = keras.optimizers.schedules.CosineDecay(
    0.0, decay_steps=300, warmup_target=0.004, warmup_steps=60
)
inputs = keras.Input((8,), dtype="int32")
x = layers.Embedding(20, 16)(inputs)
calm = layers.LayerNormalization()(x)
x = layers.Add()([x, layers.MultiHeadAttention(2, 8)(calm, calm)])
calm = layers.LayerNormalization()(x)
x = layers.Add()([x, layers.Dense(16)(layers.Dense(32, activation="gelu")(calm))])
x = layers.GlobalMaxPooling1D()(layers.LayerNormalization()(x))
model = keras.Model(inputs, layers.Dense(3)(x))
model.compile(
    optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=1.0),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(words, y, epochs=12, validation_split=0.2, verbose=0)

# %% check
assert history.history["val_accuracy"][-1] > 0.9
