"""One model in many ways of writing; what the text does not show is Missing."""

import pytest

from nbdiag.engine import judge
from nbdiag.schema.missing import Missing
from tests.static.cases import runs_of

HEAD = "import keras\nfrom keras import layers\n"
END = 'model.compile("adam", "binary_crossentropy")\nmodel.fit(x, y, epochs=3, validation_split=0.2)\n'
IDIOMS = {
    "list": 'model = keras.Sequential([layers.Dense(8, "relu"), layers.Dense(1)])\n',
    "add": "model = keras.Sequential()\nmodel.add(layers.Dense(8, activation='relu'))\nmodel.add(layers.Dense(1))\n",
    "functional": "i = keras.Input((4,))\nh = layers.Dense(8, activation='relu')(i)\nmodel = keras.Model(i, layers.Dense(1)(h))\n",
    "loop": "model = keras.Sequential()\nfor units, word in ((8, 'relu'), (1, None)):\n    model.add(layers.Dense(units, activation=word))\n",
    "configuration": "cfg = {'units': 8, 'activation': 'relu'}\nmodel = keras.Sequential([layers.Dense(**cfg), layers.Dense(units=cfg.get('out', 1))])\n",
    "builder": "def build(width, last=1):\n    m = keras.Sequential()\n    m.add(layers.Dense(width, activation='relu'))\n    m.add(layers.Dense(last))\n    return m\nmodel = build(8)\n",
    "tf.keras": "import tensorflow as tf\nmodel = tf.keras.models.Sequential([tf.keras.layers.Dense(8, activation=tf.nn.relu), tf.keras.layers.Dense(1)])\n",
    "star": "from keras.layers import *\nfrom keras.models import Sequential\nmodel = Sequential([Dense(8, activation='relu'), Dense(1)])\n",
    "keras_core": "import keras_core as k\nD = k.layers.Dense\nmodel = k.Sequential([D(8, activation='relu'), D(1)])\n",
    "comprehension": "model = keras.Sequential([layers.Dense(n, a) for n, a in zip([8, 1], ['relu', 'linear'])])\n",
    "subclass": "class Net(keras.Model):\n    def __init__(self, n=8):\n        super().__init__()\n        self.a = layers.Dense(n, activation='relu')\n        self.b = layers.Dense(1)\n    def call(self, x):\n        return self.b(self.a(x))\nmodel = Net()\n",
    "trainer": "class T:\n    def __init__(self):\n        self.net = keras.Sequential([layers.Dense(8, activation='relu')])\n        self.net.add(layers.Dense(1))\nmodel = T().net\n",
    "nested": "base = keras.Sequential([layers.Dense(8, activation='relu')])\nmodel = keras.Sequential([base, layers.Dense(1)])\n",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass C:\n    width: int = 8\nc = C()\nmodel = keras.Sequential([layers.Dense(c.width, activation='relu'), layers.Dense(1)])\n",
    "fallback": "try:\n    from tensorflow import keras\nexcept ImportError:\n    import keras\nmodel = keras.Sequential([keras.layers.Dense(8, activation='relu'), keras.layers.Dense(1)])\n",
}


def codes(text):
    return [
        (item.code, item.severity)
        for run in runs_of(text)
        for item in judge(run).findings
        if item.severity != "info"
    ]


@pytest.mark.parametrize("idiom", IDIOMS.values(), ids=IDIOMS)
def test_a_linear_unit_under_cross_entropy_is_found(idiom):
    text = HEAD + idiom + END
    (run,) = runs_of(text)
    dense = [layer for layer in run.model.layers if layer.class_name == "Dense"]
    assert [(layer.activation, layer.units) for layer in dense] == [("relu", 8), ("linear", 1)]
    assert codes(text) == [("NBD101", "error")]


UNSURE = {
    "activation": "act = choose()\nmodel = keras.Sequential([layers.Dense(1, activation=act)])\n",
    "branch": "model = keras.Sequential([layers.Dense(8)])\nif deep:\n    model.add(layers.Dense(1, activation='sigmoid'))\nelse:\n    model.add(layers.Dense(1))\n",
    "changed elsewhere": "from helpers import finish\nmodel = keras.Sequential([layers.Dense(1)])\nfinish(model)\n",
    "settings": "model = keras.Sequential([layers.Dense(1, **settings())])\n",
    "loaded": "model = keras.models.load_model('m.keras')\n",
    "last layer set": "model = keras.Sequential([layers.Dense(1)])\nmodel.layers[-1].activation = keras.activations.sigmoid\n",
    "early return": "def build():\n    m = keras.Sequential([layers.Dense(4)])\n    if wide():\n        return m\n    m.add(layers.Dense(1))\n    return m\nmodel = build()\n",
    "operation": "import tensorflow as tf\ni = keras.Input((3,))\nmodel = keras.Model(i, tf.sigmoid(layers.Dense(1)(i)))\n",
    "custom layer": "class Squash(layers.Layer):\n    def call(self, x):\n        return 1 / (1 + x * x)\nmodel = keras.Sequential([layers.Dense(1), Squash()])\n",
    "unknown loop": "model = keras.Sequential([layers.Dense(1)])\nfor name in names():\n    model.add(layers.Dense(1, activation=name))\n",
    "function of a decorator": "@cached\ndef build():\n    return keras.Sequential([layers.Dense(1)])\nmodel = build()\n",
}


@pytest.mark.parametrize("text", UNSURE.values(), ids=UNSURE)
def test_what_the_text_does_not_show_is_not_judged(text):
    assert codes(HEAD + text + END) == []


def test_facts_are_missing_with_a_reason():
    (run,) = runs_of(
        HEAD
        + "from helpers import f\nmodel = keras.Sequential([layers.Dense(1)])\nf(model)\n"
        + END
    )
    assert isinstance(run.model, Missing)
    assert "function that the text does not show" in run.model.reason
    (run,) = runs_of(
        HEAD + "model = keras.Sequential([layers.Dense(1)])\n"
        "model.compile(keras.optimizers.Adam(rate()), 'mse')\nmodel.fit(x, y, epochs=n)\n"
    )
    assert isinstance(run.compile.optimizer.learning_rate, Missing)
    assert run.fit.unread == ("epochs",)


def test_several_models_and_fits():
    text = HEAD + (
        "def train(act):\n"
        "    m = keras.Sequential([layers.Dense(1, activation=act)])\n"
        "    m.compile('adam', 'binary_crossentropy')\n"
        "    return m.fit(x, y, epochs=2, validation_split=0.1)\n"
        "for act in ['sigmoid', 'linear']:\n    train(act)\n"
    )
    runs = runs_of(text)
    assert [run.model.heads[0].activation for run in runs] == ["sigmoid", "linear"]
    assert [(run.fit_number, run.fits) for run in runs] == [(1, 2), (2, 2)]


def test_an_endless_program_ends():
    text = (
        HEAD
        + "n = 0\nwhile True:\n    n += 1\n"
        + "for a in range(150):\n    for b in range(150):\n        for c in range(150):\n            n = a\n"
        + "model.fit(x)\n"
    )
    assert runs_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "a = 9 ** 9 ** 9",
        "b = 'x' * 10 ** 10",
        "c = [0] * 10 ** 10",
        "d = sum(range(10 ** 12))",
        "e = '%1000000000d' % 1",
        "f = int('9' * 9000)",
        "g = 1 << 10 ** 9",
        "def h(): return h()\nh()",
    ],
)
def test_reading_stays_cheap(text):
    assert len(runs_of(text + "\n" + HEAD + IDIOMS["list"] + END)) == 1
