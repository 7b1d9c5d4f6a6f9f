"""A custom class returns a dictionary: each output has its own loss, metric and labels."""

# %% data
import keras
import numpy as np
from keras import layers


rng = np.random.default_rng(1303)
x = rng.normal(size=(1000, 8)).astype("float32")
spam = (x[:, 0] + x[:, 1] > 0).astype("float32")[:, None]
topic = x[:, :4].argmax(axis=1)


class Mail(keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(32, activation="relu")
        self.spam = layers.Dense(1, activation="sigmoid")
        self.topic = layers.Dense(4, activation="softmax")

    def call(self, inputs):
        hidden = self.body(inputs)
        return {"spam": self.spam(hidden), "topic": self.topic(hidden)}

# %% training
model = Mail()
model.compile(
    keras.optimizers.Adam(0.005),
    {"spam": "binary_crossentropy", "topic": "sparse_categorical_crossentropy"},
    metrics={"spam": ["accuracy"], "topic": ["accuracy"]},
)
history = model.fit(
    x, {"spam": spam, "topic": topic}, epochs=25, batch_size=32, validation_split=0.2, verbose=0
)

# %% check
assert history.history["val_spam_accuracy"][-1] > 0.9
assert history.history["val_topic_accuracy"][-1] > 0.85
