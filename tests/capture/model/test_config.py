"""Configurations become plain data."""

import json

import numpy as np

from nbdiag.capture.fit.arguments import kind_of
from nbdiag.capture.model.config import is_builtin, plain, plain_config
from nbdiag.keras_api.class_words import snake_case


class Variable:
    def __init__(self, config):
        self.config = config

    def get_config(self):
        if isinstance(self.config, Exception):
            raise self.config
        return self.config


def test_objects_inside_a_configuration():
    config = plain_config(
        Variable(
            {
                "units": 3,
                "rate": np.float32(0.5),
                "dtype": {
                    "module": "keras",
                    "class_name": "DTypePolicy",
                    "config": {"name": "float32"},
                },
                "regularizer": {"module": "keras", "class_name": "L2", "config": {"l2": 0.01}},
                "weights": np.zeros(500),
                "words": ["a"] * 1000,
                "build_config": {"shape": [1]},
                "function": {"class_name": "function", "config": "mine"},
                "callable": plain,
            }
        )
    )
    assert config == {
        "units": 3,
        "rate": 0.5,
        "dtype": "float32",
        "regularizer": {"class_name": "L2", "config": {"l2": 0.01}},
        "weights": "ndarray",
        "words": "1000 values",
        "function": "mine",
        "callable": "plain",
    }
    json.dumps(config)


def test_a_configuration_that_cannot_be_read():
    assert plain_config(Variable(NotImplementedError())) == {}


def test_names():
    assert snake_case("BinaryCrossentropy") == "binary_crossentropy"
    assert snake_case("MSE") == "mse"
    assert not is_builtin(Variable)


def test_kinds_of_data():
    assert kind_of(np.zeros(3)) == "numpy"
    assert kind_of({"a": np.zeros(3)}) == "dict"
    assert kind_of([np.zeros(3)]) == "list"
    assert kind_of(item for item in ()) == "generator"
    assert kind_of("text") == "unknown"
