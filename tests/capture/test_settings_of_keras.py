"""Names of Keras' activations, losses, metrics and optimizers are settings, and nobody's data."""

import keras
import pytest

from nbdiag.privacy.settings import is_setting

pytestmark = pytest.mark.training  # imports TensorFlow

_OF_THE_MODULE = {"get", "serialize", "deserialize"}
_BASES = {"Loss", "Metric", "Optimizer", "Initializer", "Regularizer"}


@pytest.mark.parametrize(
    "module",
    [
        keras.activations,
        keras.losses,
        keras.metrics,
        keras.optimizers,
        keras.initializers,
        keras.regularizers,
    ],
    ids=lambda module: module.__name__.rpartition(".")[2],
)
def test_every_name_is_known(module):
    names = {name for name, value in vars(module).items() if callable(value)}
    names -= _OF_THE_MODULE | _BASES
    assert [name for name in sorted(names) if not is_setting(name)] == []
