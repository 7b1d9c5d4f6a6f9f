"""What a cell would do outside of the kernel is found before it is run."""

import itertools
import json

import numpy as np
import pytest

from nbdiag.syntax.effects.cell_acts import act_of_cell


def pure(x):
    return np.log(x)


def writer(x):
    np.savetxt("x.txt", x)


def caller(x):
    return writer(x)


class Trainer:
    def fit(self, model):
        return pure(model)


class Saver:
    def fit(self, model):
        json.dump({}, open("x", "w"))  # noqa: PTH123, SIM115


NAMES = {
    "np": np,
    "json": json,
    "pure": pure,
    "writer": writer,
    "caller": caller,
    "trainer": Trainer(),
    "saver": Saver(),
    "batches": itertools.count(),
}

HARMLESS = [
    "import keras\nmodel = keras.Sequential()\nmodel.fit(x, y)",
    "import numpy as np\nx = np.log(3)\nprint(x)",
    "import pandas as pd\ndf = pd.read_csv('a.csv')",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1])",
    "%time model.fit(x, y)",
    "import os\nos.path.join('a', 'b')",
    "from sklearn.model_selection import train_test_split\ntrain_test_split(x)",
    "pure(3)",
    "trainer.fit(3)",
    "model.summary?",
    "words = []\nwords.append('a'); words.remove('a'); 'a'.replace('a', 'b')",
    "with open('a.txt') as file:\n    text = file.read()",
    "model.save('a.keras')",
]
ACTING = [
    "!pip install keras",
    "files = !ls",
    "%run other.ipynb",
    "%%bash\nls",
    "import os\nos.system('ls')",
    "import subprocess\nsubprocess.run(['ls'])",
    "import requests\nrequests.get('http://example.org')",
    "df.to_csv('a.csv')",
    "import numpy as np\nnp.save('a.npy', x)",
    "open('a.txt', 'w').write('x')",
    "open('a.txt', mode)",
    "plt.savefig('a.png')",
    "name = input('Name: ')",
    "writer(3)",
    "caller(3)",
    "saver.fit(3)",
    "import wandb\nwandb.init()",
    "next(batches)",
    "model.fit(batches, steps_per_epoch=3)",
    "tf.compat.v1.disable_eager_execution()",
    "def f():\n    import shutil\n    shutil.rmtree('a')\nf()",
    "x = await something()",
    "exec('import os')",
]


@pytest.mark.parametrize("source", HARMLESS)
def test_a_cell_that_computes_may_be_run(source):
    assert act_of_cell(source, NAMES) == ""


@pytest.mark.parametrize("source", ACTING)
def test_a_cell_that_acts_is_not_run_and_the_reason_is_known(source):
    assert act_of_cell(source, NAMES)


def test_a_function_that_the_cell_defines_anew_is_the_one_that_counts():
    assert act_of_cell("def writer(x):\n    return x\nwriter(3)", NAMES) == ""
