"""Small trainings, each a function that builds, compiles and fits a model from the present seeds."""

import numpy as np


def table(rows=192, columns=6):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(rows, columns)).astype("float32")
    return x, (x[:, 0] + x[:, 1] > 0).astype("float32")


def pictures(rows=96):
    generator = np.random.default_rng(1)
    return generator.random((rows, 8, 8, 1)).astype("float32"), generator.integers(0, 3, rows)


def mlp(**options):
    import keras

    x, y = table()
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=3, batch_size=32, validation_split=0.25, verbose=0, **options)
    return model, history


def cnn(jit_compile=False, run_eagerly=False):
    import keras

    x, y = pictures()
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Dropout(0.3),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=jit_compile,
        run_eagerly=run_eagerly,
    )
    history = model.fit(x, y, epochs=2, batch_size=32, verbose=0)
    return model, history


def cnn_jit():
    return cnn(jit_compile=True)


def cnn_eager():
    return cnn(run_eagerly=True)


def deferred():
    import keras

    x, y = table()
    model = keras.Sequential(
        [
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(1),
        ]
    )
    model.compile("rmsprop", "mse")
    return model, model.fit(x, y, epochs=2, verbose=0)


def subclass():
    import keras

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = keras.layers.Dense(8, activation="relu")
            self.drop = keras.layers.Dropout(0.5)
            self.head = keras.layers.Dense(1, activation="sigmoid")

        def call(self, x, training=False):
            return self.head(self.drop(self.hidden(x), training=training))

    x, y = table()
    model = Net()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model, model.fit(x, y, epochs=2, verbose=0)


def two_outputs():
    import keras

    x, y = table()
    inputs = keras.Input((6,), name="table")
    hidden = keras.layers.Dense(8, activation="relu", kernel_regularizer="l2")(inputs)
    sign = keras.layers.Dense(1, activation="sigmoid", name="sign")(hidden)
    size = keras.layers.Dense(1, name="size")(hidden)
    model = keras.Model(inputs, {"sign": sign, "size": size})
    model.compile(
        "adam",
        {"sign": "binary_crossentropy", "size": "mse"},
        metrics={"sign": ["accuracy"]},
        loss_weights={"sign": 1.0, "size": 0.5},
    )
    return model, model.fit(x, {"sign": y, "size": x[:, :1]}, epochs=2, batch_size=32, verbose=0)


def two_inputs():
    import keras

    x, y = table()
    left, right = keras.Input((4,), name="left"), keras.Input((2,), name="right")
    joined = keras.layers.Concatenate()([keras.layers.Dense(3)(left), right])
    model = keras.Model([left, right], keras.layers.Dense(1, activation="sigmoid")(joined))
    model.compile("adam", "binary_crossentropy")
    return model, model.fit(
        {"left": x[:, :4], "right": x[:, 4:]}, y[:, None], validation_split=0.2, verbose=0
    )


def tf_data():
    import keras
    import tensorflow as tf

    x, y = table()
    data = (
        tf.data.Dataset.from_tensor_slices((x, y))
        .shuffle(64)
        .map(lambda a, b: (a + tf.random.normal(tf.shape(a), stddev=0.1), b))
        .batch(32)
        .prefetch(2)
    )
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model, model.fit(data, epochs=2, validation_data=data, verbose=0)


def generator():
    import keras

    x, y = table()
    choose = np.random.default_rng(3)

    def batches():
        while True:
            # Keras reads ahead in a thread: a global generator would be drawn from at random.
            rows = choose.integers(0, len(x), 32)
            yield x[rows], y[rows]

    model = keras.Sequential(
        [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy")
    return model, model.fit(batches(), steps_per_epoch=5, epochs=2, verbose=0)


def py_dataset():
    import keras

    x, y = table()

    noise = np.random.default_rng(4)

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            rows = slice(32 * index, 32 * index + 32)
            return x[rows] + noise.normal(size=(32, 6)).astype("float32"), y[rows]

    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    return model, model.fit(Batches(), epochs=2, verbose=0)


def steps_together():
    import keras

    x, y = table()
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", steps_per_execution=3)
    return model, model.fit(x, y, epochs=2, verbose=0)


def mixed_precision():
    import keras

    x, y = table()
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="relu", dtype="mixed_float16"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy")
    return model, model.fit(x, y, epochs=2, verbose=0)


def custom_step():
    import keras
    import tensorflow as tf

    class Net(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
            slopes = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(slopes, self.trainable_variables)
            return {"loss": loss}

    x, y = table()
    inputs = keras.Input((6,))
    model = Net(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    return model, model.fit(x, y, epochs=2, verbose=0)


def weighted():
    return mlp(class_weight={0: 1.0, 1: 3.0})


def pandas_frame():
    import keras
    import pandas as pd

    x, y = table()
    frame = pd.DataFrame(x, columns=list("abcdef"))
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model, model.fit(
        frame, pd.Series(y), epochs=2, sample_weight=pd.Series(1 + y), verbose=0
    )


def frozen():
    """A trained body with batch statistics, frozen, under a new head."""
    import keras

    x, y = table()
    body = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.BatchNormalization(),
        ],
        name="body",
    )
    body.trainable = False
    inputs = keras.Input((6,))
    outputs = keras.layers.Dense(1, activation="sigmoid")(body(inputs, training=False))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "binary_crossentropy")
    return model, model.fit(x, y[:, None], epochs=2, verbose=0)


def endless():
    """A pipeline over a Python generator without an end, under steps_per_epoch."""
    import keras
    import tensorflow as tf

    x, y = table()

    def rows():
        yield from zip(x, y[:, None], strict=True)

    signature = (tf.TensorSpec(6, tf.float32), tf.TensorSpec(1, tf.float32))
    data = tf.data.Dataset.from_generator(rows, output_signature=signature).batch(16).repeat()
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model, model.fit(data, steps_per_epoch=5, epochs=2, verbose=0)


def tensors():
    import keras
    import tensorflow as tf

    x, y = table()
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", run_eagerly=True)
    return model, model.fit(
        tf.constant(x),
        tf.constant(y[:, None]),
        epochs=2,
        validation_data=(x, y[:, None], np.ones(len(x))),
        verbose=0,
    )


def threads():
    """A data set of Python that two threads prepare."""
    import keras

    x, y = table()

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 6

        def __getitem__(self, index):
            rows = slice(32 * index, 32 * index + 32)
            return x[rows], y[rows, None]

    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    data = Batches(workers=2, max_queue_size=4)
    return model, model.fit(data, epochs=2, shuffle=False, verbose=0)


EVERY = [
    mlp,
    cnn,
    cnn_jit,
    cnn_eager,
    deferred,
    subclass,
    two_outputs,
    two_inputs,
    tf_data,
    generator,
    py_dataset,
    steps_together,
    mixed_precision,
    custom_step,
    weighted,
    pandas_frame,
    frozen,
    endless,
    tensors,
    threads,
]
