"""Notebook cells in the idioms that people use, and the changes that are tried on each.

A case is a list of cells, the watched one last. ``refused`` names the changes that cannot be made
in its text with certainty; every other change must be made, and rightly.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from nbdiag.schema.changes import Change, SetLoss
from nbdiag.schema.run import TrainingRun
from tests.edits.changes import tried


@dataclass(frozen=True)
class Case:
    """Cells in the order of running; the last one is watched."""

    name: str
    cells: tuple[str, ...]
    refused: frozenset[str] = frozenset()
    refused_by_names: frozenset[str] = frozenset()
    fit: int = -1


def changes_for(run: TrainingRun) -> dict[str, list[Change]]:
    """Changes of every kind for a run, by name; those that do not fit it are left out."""
    found: dict[str, list[Change]] = {}
    for of_kind in tried("changes_for"):
        found |= of_kind(run)
    output = output_of(run)
    found["head"] = [
        *found["units"],
        SetLoss("categorical_crossentropy", output=output),
        *found["one_hot"],
        *found["rescale"],
        *found.get("metric", ()),
    ]
    return found


def dense_of(run: TrainingRun) -> list[str]:
    """Names of the layers with units."""
    layers = [item for item in run.model.layers if item.class_name != "InputLayer"]
    return [item.name for item in layers if item.units or "layer" in item.config]


def named_like(run: TrainingRun, class_name: str) -> str | None:
    """Name of the first layer of a class."""
    return next((item.name for item in run.model.layers if item.class_name == class_name), None)


def output_of(run: TrainingRun) -> str:
    """Key of the first output, "" for the only one."""
    return next((item.output for item in run.compile.losses if item.output), "")


# Cells put together from their parts: how the layers are written, imported and compiled

IMPORTS = {
    "keras": ("import keras\nfrom keras import layers", "layers.", "keras.", "keras.optimizers."),
    "tf": ("import tensorflow as tf", "tf.keras.layers.", "tf.keras.", "tf.keras.optimizers."),
    "tf-keras": (
        "from tensorflow import keras\nfrom tensorflow.keras import layers",
        "layers.",
        "keras.",
        "keras.optimizers.",
    ),
    "names": (
        (
            "from keras.layers import Dense, Dropout, Input\n"
            "from keras.models import Model, Sequential\nfrom keras.optimizers import Adam"
        ),
        "",
        "",
        "",
    ),
    "alias": (
        "from tensorflow import keras as K\nimport tensorflow.keras.layers as L",
        "L.",
        "K.",
        "K.optimizers.",
    ),
}
COMPILES = {
    "line": '{m}.compile(optimizer="adam", loss="mse", metrics=["accuracy"])',
    "place": "{m}.compile('adam', 'mse', metrics=['acc'])",
    "stack": (
        "{m}.compile(\n    optimizer={o}Adam(learning_rate=0.001),  # the usual\n"
        '    loss="mse",  # to be changed\n    metrics=["accuracy"],\n)'
    ),
    "visual": (
        '{m}.compile(loss="mse",\n{pad}         optimizer={o}Adam(0.001),\n'
        '{pad}         metrics=["mae", "accuracy"])'
    ),
    "bare": '{m}.compile("sgd", loss = "mse")  # no metrics',
}
FITS = {
    "short": "{m}.fit(x_train, y_train, epochs=5)",
    "history": (
        "history = {m}.fit(\n    x_train,\n    y_train,\n    epochs=5,\n    batch_size=32,\n"
        "    validation_data=(x_val, y_val),  # held out\n    verbose=0,\n)\n"
        'print(history.history["loss"][-1])'
    ),
    "split": "h = {m}.fit(X_train, Y_train, validation_split=0.2, epochs=5, verbose=2)",
}


def _sequential(layer: str, root: str) -> str:
    return (
        f"# a small network\nmodel = {root}Sequential([\n    {root}Input(shape=(4,)),\n"
        f'    {layer}Dense(16, activation="relu"),  # hidden\n    {layer}Dropout(0.5),\n'
        f"    {layer}Dense(1),  # head\n])"
    )


def _deferred(layer: str, root: str) -> str:
    return (
        f"model = {root}Sequential([{layer}Dense(16, activation='relu', input_shape=(4,)),\n"
        f"    {layer}Dropout(0.5), {layer}Dense(1)])"
    )


def _add(layer: str, root: str) -> str:
    return (
        f"model = {root}Sequential()\n# hidden\nmodel.add({layer}Dense(16, input_dim=4, "
        f"activation='relu'))  # wide\nmodel.add({layer}Dropout(0.5))  # strong\n"
        f"model.add({layer}Dense(1))"
    )


def _functional(layer: str, root: str) -> str:
    return (
        f'inputs = {root}Input(shape=(4,))\nx = {layer}Dense(16, activation="relu")(inputs)\n'
        f"x = {layer}Dropout(0.5)(x)  # strong\noutputs = {layer}Dense(1)(x)\n"
        f"model = {root}Model(inputs, outputs)"
    )


def _builder(layer: str, root: str) -> str:
    return (
        f"def build_model(width=16):\n    # everything in one place\n"
        f"    net = {root}Sequential()\n    net.add({root}Input(shape=(4,)))\n"
        f"    net.add({layer}Dense(width, activation='relu'))\n"
        f"    net.add({layer}Dropout(rate=0.5))\n    net.add({layer}Dense(units=1))\n    return net\n\n\n"
        f"model = build_model()"
    )


IDIOMS: dict[str, Callable[[str, str], str]] = {
    "sequential": _sequential,
    "deferred": _deferred,
    "add": _add,
    "functional": _functional,
    "builder": _builder,
}


def composed() -> Iterator[Case]:
    """Every idiom in every import style, compiled and fitted in turn in every way."""
    compiles, fits = list(COMPILES), list(FITS)
    for place, (idiom, style) in enumerate(product(IDIOMS, IMPORTS)):
        imports, layer, root, optimizers = IMPORTS[style]
        for step in range(4):
            how = compiles[(place + step) % len(compiles)]
            fit = fits[(place + step) % len(fits)]
            refused = set()
            compiled = COMPILES[how].format(m="model", o=optimizers, pad=" " * len("model"))
            body = [IDIOMS[idiom](layer, root), compiled, FITS[fit].format(m="model")]
            if step == 2 and idiom != "builder":
                cells = (f"{imports}\n", f"{body[0]}\n", "%%traindiag\n" + "\n\n".join(body[1:]))
            elif step == 3:
                cells = (
                    f"{imports}\n\n{body[0]}\n\n{body[1]}\nmodel.summary()\n",
                    f"%%traindiag\n{body[2]}\n",
                )
            else:
                cells = ("%%traindiag\n" + "\n\n".join([imports, *body]) + "\n",)
            yield Case(f"{idiom}-{style}-{how}-{fit}-{step}", cells, frozenset(refused))


# Cells with a twist of their own

_K = "import keras\nfrom keras import layers\n"
_LAYERS = {"activation", "units", "initializer", "after", "before", "head", "remove", "replace"}
_SHAPES = {"after", "before", "head", "rescale", "centre", "standardize", "remove", "replace"}
_DATA = {"rescale", "centre", "standardize"}
_LABELS = {"one_hot", "subtract", "divide", "greater", "multiply", "targets"}

TWISTS: tuple[Case, ...] = (
    Case(
        "trailing-activation",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential()
model.add(layers.Dense(16, input_shape=(4,)))
model.add(layers.Activation("relu"))
model.add(layers.Dropout(0.5))
model.add(layers.Dense(3))
model.add(layers.Activation("sigmoid"))
model.compile(loss="mse", optimizer="adam", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "variables",
        (
            """%%traindiag
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import RMSprop

LOSS = "mse"       # squared error
UNITS = 1
opt = RMSprop(learning_rate=0.1)  # fast
metrics = ["accuracy"]
model = Sequential([Dense(16, activation="relu"), Dropout(0.1), Dense(UNITS)])
model.compile(optimizer=opt, loss=LOSS, metrics=metrics)
model.fit(x_train, y_train, epochs=3)
""",
        ),
    ),
    Case(
        "spread-dict",
        (
            f"""%%traindiag
{_K}
config = {{"optimizer": "adam", "loss": "mse", "metrics": ["acc"]}}
model = keras.Sequential([layers.Dense(8), layers.Dropout(0.5), layers.Dense(1)])
model.compile(**config)
model.fit(x_train, y_train, **dict(epochs=3, verbose=0))
""",
        ),
    ),
    Case(
        "spread-earlier",
        (
            'settings = dict(optimizer="adam", loss="mse")\n',
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(8), layers.Dropout(0.5), layers.Dense(1)])
model.compile(**settings)
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "spread-unknown",
        (
            f"""%%traindiag
{_K}
def settings():
    return {{"optimizer": "adam", "loss": "mse"}}

model = keras.Sequential([layers.Dense(8), layers.Dropout(0.5), layers.Dense(1)])
model.compile(**settings())
model.fit(x_train, y_train)
""",
        ),
        frozenset({"loss", "logits", "optimizer", "rate", "clip", "head"}),
    ),
    Case(
        "loop",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential()
for width in (16, 8):
    model.add(layers.Dense(width, activation="relu"))
model.add(layers.Dropout(0.5))
model.add(layers.Dense(1))
model.compile(optimizer="adam", loss="mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        frozenset({"initializer", "after", "head"} | _DATA),
    ),
    Case(
        "comprehension",
        (
            f"""%%traindiag
{_K}
hidden = [layers.Dense(width, activation="relu") for width in (16, 8)]
model = keras.Sequential([keras.Input((4,)), *hidden, layers.Dropout(0.5), layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        frozenset({"initializer", "after"}),
    ),
    Case(
        "block-twice",
        (
            f"""%%traindiag
{_K}

def block(x, width):
    x = layers.Dense(width)(x)
    return layers.Activation("relu")(x)


inputs = keras.Input((4,))
x = block(inputs, 16)
x = block(x, 8)
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(1)(x)
model = keras.Model(inputs=inputs, outputs=outputs)
model.compile(optimizer="adam", loss="mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        frozenset({"initializer", "after"}),
    ),
    Case(
        "two-models",
        (
            f"""%%traindiag
{_K}
small = keras.Sequential([keras.Input((4,)), layers.Dense(8), layers.Dropout(0.5), layers.Dense(1)])
large = keras.Sequential([keras.Input((4,)), layers.Dense(8), layers.Dropout(0.5), layers.Dense(1)])
small.compile("adam", "mse", metrics=["acc"])
large.compile("adam", "mse", metrics=["acc"])
small.fit(x_train, y_train)
large.fit(x_train, y_train, epochs=2)
""",
        ),
    ),
    Case(
        "two-models-first",
        (
            f"""%%traindiag
{_K}
small = keras.Sequential([keras.Input((4,)), layers.Dense(8), layers.Dropout(0.5), layers.Dense(1)])
large = keras.Sequential([keras.Input((4,)), layers.Dense(8), layers.Dropout(0.5), layers.Dense(1)])
small.compile("adam", "mse", metrics=["acc"])
large.compile("adam", "mse", metrics=["acc"])
small.fit(x_train, y_train)
large.fit(x_train, y_train, epochs=2)
""",
        ),
        fit=0,
    ),
    Case(
        "subclass",
        (
            f"""{_K}

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(16, activation="relu")
        self.drop = layers.Dropout(0.5)
        self.head = layers.Dense(1)

    def call(self, x):
        return self.head(self.drop(self.hidden(x)))
""",
            """%%traindiag
model = Net()
model.compile(optimizer="adam", loss="mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        frozenset(_SHAPES - {"replace"}),
    ),
    Case(
        "model-in-class",
        (
            f"""%%traindiag
{_K}

class Trainer:
    def __init__(self):
        self.model = keras.Sequential([keras.Input((4,))])
        self.model.add(layers.Dense(16))
        self.model.add(layers.Dropout(0.5))
        self.model.add(layers.Dense(1))
        self.model.compile(optimizer="adam", loss="mse", metrics=["acc"])

    def train(self, x, y):
        return self.model.fit(x, y, epochs=3)


trainer = Trainer()
trainer.train(x_train, y_train)
""",
        ),
        frozenset({"standardize"}),
    ),
    Case(
        "train-function",
        (
            f"""%%traindiag
{_K}

def train():
    model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["acc"])
    return model.fit(x_train, y_train, epochs=3)


history = train()
""",
        ),
    ),
    Case(
        "train-function-earlier",
        (
            f"""{_K}

def train(x, y):
    model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["acc"])
    return model.fit(x, y, epochs=3)
""",
            "%%traindiag\nhistory = train(x_train, y_train)\n",
        ),
    ),
    Case(
        "folds",
        (
            f"""%%traindiag
{_K}

def build():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(16), layers.Dropout(0.5)])
    model.add(layers.Dense(1))
    model.compile(optimizer="adam", loss="mse", metrics=["acc"])
    return model


for fold in range(2):
    rows = np.arange(6) % 2 == fold
    model = build()
    model.fit(x[rows], y[rows], epochs=2, validation_data=(x[~rows], y[~rows]))
""",
        ),
    ),
    Case(
        "builder-twice",
        (
            f"""%%traindiag
{_K}

def build(width):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(width), layers.Dropout(0.5)])
    model.add(layers.Dense(1))
    model.compile(optimizer="adam", loss="mse", metrics=["acc"])
    return model


teacher = build(64)
model = build(16)
model.fit(x_train, y_train)
""",
        ),
        frozenset(
            _LAYERS | _DATA | {"loss", "logits", "optimizer", "rate", "clip", "metric", "no_metric"}
        ),
    ),
    Case(
        "builder-arguments",
        (
            f"""{_K}
N_CLASSES = 1

def make(input_shape, classes, *, dropout=0.5):
    '''A network for tables.'''
    return keras.Sequential([
        layers.Dense(16, activation="relu", input_shape=input_shape),
        layers.Dropout(dropout),
        layers.Dense(classes),
    ])
""",
            """%%traindiag
model = make(x_train.shape[1:], N_CLASSES)
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train, validation_data=(x_val, y_val))
""",
        ),
    ),
    Case(
        "decorated-builder",
        (
            f"""{_K}
import functools


# a net that is made once
@functools.wraps(print)
def net():
    # layers
    inputs = layers.Input((4,))  # four columns
    h = layers.Dense(16)(inputs)
    h = layers.Dropout(0.5)(h)
    return keras.Model(inputs, layers.Dense(1)(h))
""",
            """%%traindiag --probes full
model = net()
model.compile(loss="mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "cells-apart",
        (
            "import keras\n",
            "from keras import layers\n",
            "inputs = keras.Input(shape=(4,))\nx = layers.Dense(16)(inputs)\n",
            "x = layers.Dropout(0.5)(x)\n",
            "model = keras.Model(inputs, layers.Dense(1)(x))\nmodel.summary()\n",
            "opt = keras.optimizers.Adam(0.01)\nmodel.compile(opt, 'mse', metrics=['acc'])\n",
            "x_train = x_train / 1\n",
            "%%traindiag\nhistory = model.fit(x_train, y_train, epochs=3)\nprint(history.epoch)\n",
        ),
    ),
    Case(
        "redefined",
        (
            f"{_K}\ndef build():\n    return keras.Sequential([layers.Dense(2)])\n",
            "model = build()\n",
            (
                "def build():\n    # the newer one\n    return keras.Sequential([layers.Dense(8), "
                "layers.Dropout(0.5), layers.Dense(1)])\n"
            ),
            (
                "%%traindiag\nmodel = build()\nmodel.compile('adam', 'mse', metrics=['acc'])\n"
                "model.fit(x_train, y_train)\n"
            ),
        ),
    ),
    Case(
        "semicolons",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential(); model.add(keras.Input((4,))); model.add(layers.Dense(16))
model.add(layers.Dropout(0.5)); model.add(layers.Dense(1)); model.compile("adam", "mse", metrics=["acc"]);
model.fit(x_train, y_train);
""",
        ),
    ),
    Case(
        "tabs",
        (
            (
                f"%%traindiag\n{_K}\ndef build():\n\tmodel = keras.Sequential([\n\t\tkeras.Input((4,)),\n"
                "\t\tlayers.Dense(16),\t# hidden\n\t\tlayers.Dropout(0.5),\n\t\tlayers.Dense(1)\n\t])\n"
                '\tmodel.compile(\n\t\toptimizer="adam",\n\t\tloss="mse",\t# squares\n\t\tmetrics=["acc"]\t# share\n\t)\n'
                "\treturn model\n\nmodel = build()\nmodel.fit(x_train, y_train)\n"
            ),
        ),
    ),
    Case(
        "magics",
        (
            f"""%%time

%%traindiag --check
%matplotlib inline
!pip list
{_K}
files = !ls
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
%time history = model.fit(x_train, y_train, epochs=3)
model?
""",
        ),
    ),
    Case(
        "time-below",
        (
            f"""%%traindiag
%%time
{_K}
text = '''
%not a magic
!nor this
'''
share = (100
         % 7)
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train, \\
          epochs=3)
""",
        ),
    ),
    Case(
        "await",
        (
            f"""%%traindiag
{_K}
async def fetch():
    return 3

epochs = await fetch()
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train, epochs=epochs)
""",
        ),
    ),
    Case(
        "chinese",
        (
            """%%traindiag
from tensorflow import keras
from tensorflow.keras.layers import Dense, Dropout, Input

# 建立模型
入口 = Input(shape=(4,)); 隐层 = Dense(16, activation='relu', name='隐藏层')(入口)  # 隐藏
隐层 = Dropout(0.5)(隐层)  # 丢弃
出口 = Dense(1)(隐层)
模型 = keras.Model(入口, 出口)
模型.compile(optimizer='adam', loss='mse', metrics=['acc'])  # 编译
历史 = 模型.fit(输入, 标签, epochs=3)
""",
        ),
    ),
    Case(
        "one-line",
        (
            (
                "%%traindiag\nfrom keras.layers import *\nfrom keras.models import *\n"
                "m = Sequential([Input((4,)), Dense(16), Dropout(.5), Dense(1)]); "
                "m.compile('adam', 'mse', metrics=['acc']); m.fit(x_train, y_train)\n"
            ),
        ),
    ),
    Case(
        "renamed-imports",
        (
            """%%traindiag
from keras import Sequential as S
from keras.layers import Dense as D, Dropout as Drop
import keras.optimizers as ko

model = S([D(16, "relu", input_dim=4), Drop(0.5), D(1, "linear")])
model.compile(ko.Adam(1e-3), "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "alias-by-assignment",
        (
            """%%traindiag
import tensorflow as tf

L = tf.keras.layers
Dense = L.Dense
model = tf.keras.models.Sequential([L.Input((4,)), Dense(16), L.Dropout(0.5), Dense(1)])
model.compile(tf.keras.optimizers.Adam(), tf.keras.losses.MeanSquaredError(), metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "shadowed-layers",
        (
            """%%traindiag
import keras
from keras.layers import Dense, Dropout

layers = [16, 8]
model = keras.Sequential([Dense(layers[0]), Dropout(0.5), Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "layer-in-variable",
        (
            f"""%%traindiag
{_K}
first = layers.Dense(16)
head = layers.Dense(1)
inputs = keras.Input((4,))
x = first(inputs)
x = layers.Dropout(0.5)(x)
model = keras.Model(inputs, head(x))
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "list-in-variable",
        (
            f"""%%traindiag
{_K}
stack = [
    keras.Input((4,)),
    layers.Dense(16),
    layers.Dropout(0.5),
]
stack.append(layers.Dense(1))
model = keras.Sequential(stack, name="net")
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "keyword-layers",
        (
            f"""%%traindiag
{_K}
model: keras.Model = keras.Sequential(layers=(layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)))
model.compile(metrics=["acc"], loss="mse", optimizer="adam", )
model.fit(x=x_train, y=y_train, epochs=3, )
""",
        ),
    ),
    Case(
        "nested-model",
        (
            f"""%%traindiag
{_K}
base = keras.Sequential([keras.Input((4,)), layers.Dense(16), layers.Dropout(0.5)])
model = keras.Sequential([base, layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "nested-calls",
        (
            f"""%%traindiag
{_K}
inputs = keras.Input((4,))
outputs = layers.Dense(1)(layers.Dropout(0.5)(layers.Dense(16)(inputs)))
model = keras.Model(inputs, outputs)
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "branches",
        (
            f"""%%traindiag
{_K}
inputs = keras.Input((4,))
a = layers.Dense(8, activation="relu")(inputs)
b = layers.Dense(4, activation="tanh")(inputs)
x = layers.Concatenate()([a, b])
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(1)(x)
model = keras.Model(inputs, outputs)
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "residual",
        (
            f"""%%traindiag
{_K}
inputs = keras.Input((4,))
x = layers.Dense(8, name="first")(inputs)
skip = x
x = layers.Dense(8, name="second")(x)
x = layers.Dropout(0.5)(x)
x = layers.Add()([x, skip])
outputs = layers.Dense(1, name="head")(x + skip)
model = keras.Model(inputs, outputs)
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "two-outputs",
        (
            f"""%%traindiag
{_K}
inputs = keras.Input((4,))
x = layers.Dense(8)(inputs)
x = layers.Dropout(0.5)(x)
age = layers.Dense(2, name="age")(x)
kind = layers.Dense(1, name="kind")(x)
model = keras.Model(inputs, [age, kind])
model.compile(
    optimizer="adam",
    loss={{"age": "mse", "kind": "mae"}},  # one each
    metrics={{"age": ["mae"], "kind": ["acc"]}},
)
model.fit(x_train, {{"age": y_train, "kind": y_train}}, epochs=3)
""",
        ),
        frozenset({"shuffle"}),
    ),
    Case(
        "wrappers",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([
    keras.Input((None, 4)),
    layers.Bidirectional(layers.LSTM(8, return_sequences=True)),
    layers.Dropout(0.5),
    layers.TimeDistributed(layers.Dense(1)),
])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "callbacks",
        (
            f"""%%traindiag
{_K}
from keras.callbacks import ReduceLROnPlateau

cbs = [
    ReduceLROnPlateau(patience=2),  # slower
]
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train, callbacks=cbs)
""",
        ),
    ),
    Case(
        "callback-in-a-variable",
        (
            f"""%%traindiag
{_K}
slower = keras.callbacks.ReduceLROnPlateau(patience=2)  # by default, the validation loss
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train, callbacks=[slower])
""",
        ),
    ),
    Case(
        "callbacks-given",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(
    x_train, y_train, epochs=3,
    callbacks=[keras.callbacks.EarlyStopping(patience=2)],  # soon
)
print(model.evaluate(x_test, y_test, verbose=0))
""",
        ),
    ),
    Case(
        "validation-pair",
        (
            f"""%%traindiag
{_K}
held_out = (x_val, y_val)
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train, validation_data=held_out)
loss, acc = model.evaluate(x_test, y_test)
""",
        ),
    ),
    Case(
        "fitted-twice",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train, epochs=2)
model.fit(x_train, y_train, epochs=3)
""",
        ),
    ),
    Case(
        "metric-objects",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile(
    optimizer=keras.optimizers.SGD(0.1, momentum=0.9),
    loss=keras.losses.BinaryCrossentropy(from_logits=False),
    metrics=[keras.metrics.Precision(thresholds=0.5), "accuracy"],
)
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "conditional",
        (
            f"""%%traindiag
{_K}
deep = True
model = keras.Sequential([keras.Input((4,)), layers.Dense(16)])
if deep:
    model.add(layers.Dropout(0.5))
model.add(layers.Dense(1))
model.compile("adam", "mse", metrics=["acc"])
if deep:
    model.fit(x_train, y_train)
else: model.fit(x_val, y_val)
""",
        ),
        refused_by_names=frozenset(_LAYERS | _DATA | _LABELS | {"epochs", "callback", "shuffle"}),
    ),
    Case(
        "strategy-scope",
        (
            f"""%%traindiag
import tensorflow as tf
{_K}
strategy = tf.distribute.MirroredStrategy()
with strategy.scope():
    model = keras.Sequential([
        layers.Dense(16, input_shape=(4,)),
        layers.Dropout(0.5),
        layers.Dense(1),
    ])
    model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "strategy-earlier",
        (
            f"""import tensorflow as tf
{_K}
strategy = tf.distribute.MirroredStrategy()
with strategy.scope():
    model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["acc"])
""",
            "%%traindiag\nmodel.fit(x_train, y_train)\n",
        ),
    ),
    Case(
        "static-builder",
        (
            f"""%%traindiag
{_K}

class Nets:
    @staticmethod
    def small():
        return keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])


keras.backend.clear_session()
model = Nets.small()
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        refused_by_names=frozenset(_LAYERS | _DATA),
    ),
    Case(
        "lambda-builder",
        (
            f"""%%traindiag
{_K}
make = lambda width: keras.Sequential([layers.Dense(width), layers.Dropout(0.5), layers.Dense(1)])
model = make(16)
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        refused_by_names=frozenset(_LAYERS | _DATA),
    ),
    Case(
        "f-strings",
        (
            f"""%%traindiag
{_K}
inputs = keras.Input((4,))
x = layers.Dense(16, activation="relu")(inputs)
x = layers.Dropout(0.5)(x)
model = keras.Model(inputs, layers.Dense(1)(x))
print(f"in: {{inputs.shape}} {{model.compile('sgd', 'mse')}} {{len(model.layers)!r:>5}}")
model.compile("adam", "mse", metrics=["acc"])
history = model.fit(x_train, y_train, epochs=3)
print(f"{{history.history['acc'][-1]:.3f}} {{model.evaluate(x_test, y_test)}}")
""",
        ),
        frozenset(_LABELS | {"head"} | {"no_metric"}),
    ),
    Case(
        "named-and-quoted",
        (
            f"""%%traindiag
{_K}
note = "model.fit(x, y) # no comment"; other = 'model.compile("adam")'
model = keras.Sequential([
    layers.Dense(16, name='wide', activation='relu'),
    layers.Dropout(0.5, name="drop"),
    layers.Dense(1, name='out')], name='net')
model.compile('adam',
              loss='mse',
              metrics=['acc'])
model.fit(x_train, y_train,
          batch_size=8)
""",
        ),
    ),
    Case(
        "schedule",
        (
            f"""%%traindiag
{_K}
slope = keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.9)
optimizer = keras.optimizers.SGD(slope, momentum=0.5)
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile(optimizer, keras.losses.binary_crossentropy, metrics=[keras.metrics.AUC()])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "shared-optimizer",
        (
            f"""%%traindiag
{_K}
opt = keras.optimizers.Adam(0.1)
other = keras.Sequential([layers.Dense(2)])
other.compile(opt, "mse")
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile(opt, "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        frozenset({"rate", "clip"}),
    ),
    Case(
        "chained",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
losses = model.fit(x_train, y_train, verbose=0).history["loss"]
if (best := min(losses)) < 1: print(best)
""",
        ),
    ),
    Case(
        "labels-computed",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train[:4] * 2, (y_train[:4] * 1), validation_data=[x_val, y_val if len(y_val) else None])
model.evaluate(x=x_test, y=-y_test)
""",
        ),
    ),
    Case(
        "same-inputs-and-labels",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
model.fit(y_train, y_train, validation_data=(y_val, y_val))
""",
        ),
        frozenset({"split", "split_at_random"}),
    ),
    Case(
        "spread-arguments",
        (
            f"""%%traindiag
{_K}
pair = (x_train, y_train)
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(*pair, epochs=3)
""",
        ),
        frozenset(_LABELS | {"shuffle", "standardize", "head", "epochs", "callback"}),
    ),
    Case(
        "changed-dict",
        (
            f"""%%traindiag
{_K}
options = dict(epochs=3)
options["batch_size"] = 4
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train, **options)
""",
        ),
        frozenset({"epochs", "callback", "shuffle", "head", *_LABELS}),
    ),
    Case(
        "own-layer",
        (
            f"""{_K}

class Scale(layers.Layer):
    def __init__(self, factor, name=None):
        super().__init__(name=name)
        self.factor = factor


def head(x, n):
    return layers.Dense(n)(layers.Dropout(0.5)(x))
""",
            """%%traindiag
inputs = layers.Input(shape=(4,))
h = layers.Dense(16)(Scale(2)(inputs))
model = keras.Model(inputs, head(h, 1))
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "helper-for-layers",
        (
            f"""%%traindiag
{_K}

def dense(units, **more):
    return layers.Dense(units, kernel_initializer="he_normal", **more)


model = keras.Sequential([dense(16), layers.Dropout(0.5), dense(1, activation="relu")])
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        frozenset(_LAYERS - {"remove", "replace"}),
    ),
    Case(
        "data-sets",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics=["acc"])
model.fit(train_set, validation_data=val_set, epochs=3)
""",
        ),
        frozenset({"shuffle"}),
    ),
    Case(
        "rerun-cells",
        (
            f"{_K}\nmodel = keras.Sequential()\n",
            "model.add(layers.Dense(16))\nmodel.add(layers.Dropout(0.5))\n",
            "model.add(layers.Dense(1))\n",
            "model.compile('sgd', 'mae')\n",
            "model.compile('adam', 'mse', metrics=['acc'])\nmodel.fit(x_train, y_train)\n",
            "%%traindiag\nmodel.fit(x_train, y_train, epochs=3)\n",
        ),
    ),
    Case(
        "transfer",
        (
            f"""{_K}
base = keras.applications.VGG16(weights=None, include_top=False)
base.trainable = False
for layer in base.layers[:-2]:
    layer.trainable = False
inputs = keras.Input((4,))
features = base(inputs)
""",
            """%%traindiag
x = layers.Dense(16)(features)
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(1)(x)
model = keras.Model(inputs, outputs)
model.compile("adam", "mse", metrics=["acc"])
model.fit(x_train, y_train)
""",
        ),
        frozenset({"initializer", "after"}),
    ),
    Case(
        "metric-string",
        (
            f"""%%traindiag
{_K}
model = keras.Sequential([layers.Dense(16), layers.Dropout(0.5), layers.Dense(1)])
model.compile("adam", "mse", metrics="acc")
model.fit(x_train, y_train)
""",
        ),
    ),
    Case(
        "old-names",
        (
            """%%traindiag
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.optimizers import SGD
from keras.utils import to_categorical

model = Sequential()
model.add(Dense(16, input_dim=4, activation='relu'))
model.add(Dropout(0.5))
model.add(Dense(1))
sgd = SGD(0.01, momentum=0.9, nesterov=True)  # as in the guide
model.compile(loss='mse', optimizer=sgd, metrics=['accuracy'])
model.fit(x_train, to_categorical(y_train), batch_size=2,
          validation_data=(x_val, to_categorical(y_val, num_classes=4)))
""",
        ),
        frozenset({"split", "split_at_random"}),  # the labels have other columns on each side
    ),
    Case(
        "comments-everywhere",
        (
            f"""%%traindiag
# first words
{_K}  # after the imports

model = keras.Sequential(  # the model
    [  # its layers
        # the shape
        keras.Input((4,)),  # four
        # hidden
        layers.Dense(  # wide
            16,  # units
            activation="relu",  # bent
        ),  # done
        # regularise
        layers.Dropout(0.5),  # half
        layers.Dense(1)  # no comma
        # end of the list
    ]  # end
)
# compile
model.compile(  # now
    optimizer="adam",  # a word
    # loss comes here
    loss="mse",  # squares
    metrics=[  # what to show
        "acc",  # share
    ],
    # the end
)
model.fit(  # train
    x_train,  # inputs
    y_train,  # labels
    # validation
    validation_data=(  # held out
        x_val,  # inputs
        y_val,  # labels
    ),
)  # trained
# last words
""",
        ),
    ),
)


def corpus() -> tuple[Case, ...]:
    """All cases."""
    return (*composed(), *TWISTS)
