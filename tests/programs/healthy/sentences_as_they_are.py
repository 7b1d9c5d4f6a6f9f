"""Plain text goes in: TextVectorization makes it numbers inside the model."""

# %% data
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


rng = np.random.default_rng(224)
praise = ["superb", "lovely", "bright", "clever", "warm"]
blame = ["dull", "clumsy", "stale", "noisy", "cold"]
filler = ["the", "film", "was", "and", "its", "music", "scene", "actor", "plot", "rather"]
liked = rng.integers(0, 2, size=900)
texts = [
    " ".join(rng.permutation([*rng.choice(filler, 7), *rng.choice(praise if good else blame, 2)]))
    for good in liked
]
rows = tf.data.Dataset.from_tensor_slices((texts, liked))
training, validation = rows.take(720).shuffle(720, seed=0).batch(32), rows.skip(720).batch(64)

# %% training
numbered = layers.TextVectorization(max_tokens=100, output_sequence_length=10)
numbered.adapt(texts[:720])
model = keras.Sequential(
    [
        keras.Input((), dtype="string"),
        numbered,
        layers.Embedding(100, 8),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(0.02),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[keras.metrics.BinaryAccuracy(threshold=0)],
)
history = model.fit(training, validation_data=validation, epochs=6, verbose=0)

# %% check
assert history.history["val_binary_accuracy"][-1] > 0.95
