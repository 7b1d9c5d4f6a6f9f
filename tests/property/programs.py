"""Small training cells in the four idioms of real notebooks."""

from dataclasses import dataclass, field

IDIOMS = ("sequential", "add", "functional", "builder")

DATA = """import numpy as np

rng = np.random.default_rng(0)
x_train = rng.normal(size=(24, 8)).astype("float32")
y_train = (x_train[:, 0] > 0).astype("int32")
x_val, y_val = x_train[:6] + 0.1, y_train[:6]
x_val[:2] = x_train[:2]
images = rng.integers(0, 256, size=(24, 8, 8, 1))
kinds = rng.integers(0, 3, size=24)
columns = np.eye(3)[kinds]
amounts = 500 + 90 * x_train[:, 1]
weights = np.arange(24.0)
"""


@dataclass(frozen=True)
class Program:
    """What a cell is written from.

    Attributes
    ----------
    layers
        Text of each layer.
    shape
        Text of the input's shape.
    compiled, fitted
        Arguments of ``compile`` and ``fit``.
    """

    name: str
    layers: tuple[str, ...]
    shape: str
    compiled: tuple[str, ...]
    fitted: tuple[str, ...]
    imports: tuple[str, ...] = field(default=())

    def text(self, idiom: str) -> str:
        """Write the training cell in one of the idioms."""
        lines = {
            "sequential": self._sequential,
            "add": self._add,
            "functional": self._functional,
            "builder": self._builder,
        }[idiom]()
        head = ["%%traindiag", "import keras", "from keras import layers", *self.imports, ""]
        fit = f"history = model.fit({', '.join(self.fitted)})"
        return "\n".join([*head, *lines, "", fit]) + "\n"

    @property
    def _compile(self) -> str:
        return f"model.compile({', '.join(self.compiled)})"

    def _sequential(self) -> list[str]:
        stack = [f"keras.Input(shape={self.shape})", *self.layers]
        listed = [f"    {item},  # layer {place}" for place, item in enumerate(stack)]
        return ["model = keras.Sequential([", *listed, "])", self._compile]

    def _add(self) -> list[str]:
        first = f"{self.layers[0][:-1]}, input_shape={self.shape})"
        added = [f"model.add({item})" for item in (first, *self.layers[1:])]
        return ["model = keras.Sequential()", *added, self._compile]

    def _functional(self) -> list[str]:
        chain = [
            f"{'outputs' if place == len(self.layers) else 'x'} = {item}"
            f"({'inputs' if place == 1 else 'x'})"
            for place, item in enumerate(self.layers, start=1)
        ]
        return [
            f"inputs = keras.Input(shape={self.shape})",
            *chain,
            "model = keras.Model(inputs, outputs)",
            self._compile,
        ]

    def _builder(self) -> list[str]:
        inside = ["model = keras.Sequential()", f"model.add(keras.Input(shape={self.shape}))"]
        inside += [f"model.add({item})" for item in self.layers]
        inside += [self._compile, "return model"]
        body = [f"    {line}" for line in inside]
        return ["def build_model():", *body, "", "", "model = build_model()"]


BINARY = Program(
    "binary",
    (
        'layers.Dense(6, activation="relu", kernel_initializer="he_normal")',
        "layers.Dropout(0.25)",
        "layers.Dense(4)",
        'layers.Activation("tanh")',
        'layers.Dense(1, activation="sigmoid")',
    ),
    "(8,)",
    (
        "optimizer=keras.optimizers.Adam(learning_rate=0.01, epsilon=1e-6)",
        'loss="mean_squared_error"',
        'metrics=["acc", keras.metrics.AUC(num_thresholds=20)]',
    ),
    ("x_train", "y_train", "epochs=2", "batch_size=8", "validation_data=(x_val, y_val)"),
)
CLASSES = Program(
    "classes",
    (
        'layers.Conv2D(4, 3, padding="same", activation="relu")',
        "layers.MaxPooling2D(2)",
        "layers.Flatten()",
        "layers.Dense(5)",
        "layers.Dense(3)",
    ),
    "(8, 8, 1)",
    (
        "loss=keras.losses.CategoricalCrossentropy()",
        'optimizer="sgd"',
        'metrics=["accuracy"]',
    ),
    ("images", "columns", "epochs=2", "sample_weight=weights", "validation_split=0.25"),
)
AMOUNTS = Program(
    "amounts",
    ('layers.Dense(6, activation="relu")', "layers.Dense(1)"),
    "(8,)",
    ('"rmsprop"', '"mse"'),
    ("x_train", "amounts", "epochs=3", "callbacks=[EarlyStopping(monitor='loss')]"),
    ("from keras.callbacks import EarlyStopping",),
)
PROGRAMS = (BINARY, CLASSES, AMOUNTS)
