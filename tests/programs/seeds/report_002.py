"""Field report 002: falls for a long time, then jumps in one epoch and stays up.

Two convolutions without activation, a softmax over two units, binary cross-entropy. Long training
alone never made models like it jump in our trials, so a trigger is put in: three batches with half of their
labels wrong, after 600 quiet steps. The Reshape behind the softmax takes away TensorFlow's way
around the clipped loss; with it, the loss would come down again. Measured with categorical
cross-entropy: the loss stays at 8.5 with an epsilon of 1e-8, and is below 1e-4 two epochs later
with an epsilon of 1e-2, with AMSGrad and with gradients clipped to norm 1.
"""

# %% data
import keras
import numpy as np

rng = np.random.default_rng(0)


def make_pictures(rows, size=12):
    """Pictures of noise; label 1 where the brighter half is the left one."""
    labels = rng.integers(0, 2, size=rows)
    pictures = rng.normal(0.5, 0.1, size=(rows, size, size, 1))
    for picture, label in zip(pictures, labels):
        columns = slice(0, size // 2) if label else slice(size // 2, size)
        picture[:, columns] += 0.2
    return pictures.astype("float32"), keras.utils.to_categorical(labels)


pictures, labels = make_pictures(1280)


class Batches(keras.utils.PyDataset):
    """Forty batches of 32 rows; in epoch 16, three of them have half of their labels wrong."""

    epoch = 0
    late = 16

    def __len__(self):
        return 40

    def __getitem__(self, index):
        x, y = (part[32 * index : 32 * index + 32] for part in (pictures, labels))
        if self.epoch == self.late and index in (10, 11, 12):
            y = np.concatenate([1 - y[:16], y[16:]])
        return x, y

    def on_epoch_end(self):
        self.epoch += 1


# %% training
from keras import layers

keras.utils.set_random_seed(0)

model = keras.Sequential(
    [
        keras.Input(shape=(12, 12, 1)),
        layers.Activation("relu"),
        layers.Conv2D(8, 5),
        layers.Conv2D(16, 5),
        layers.MaxPooling2D(),
        layers.Conv2D(2, 2, activation="softmax"),
        layers.Reshape((2,)),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.01, epsilon=1e-8),
    loss="binary_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(Batches(), epochs=22, verbose=0)
