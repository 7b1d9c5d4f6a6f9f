"""The receptive field, against a picture that is changed pixel by pixel."""

import numpy as np
import pytest

from nbdiag.facts.model.receptive_field import view_of
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Model
from tests.factory import make_layer


def chain(*steps, side=64, last="GlobalAveragePooling2D"):
    made = [make_layer("InputLayer", "in", input_shape=(side, side, 3))]
    for place, (class_name, config) in enumerate([*steps, (last, {})]):
        made.append(make_layer(class_name, f"l{place}", config=config, inbound=(made[-1].name,)))
    return Model("m", "Sequential", "sequential", layers=tuple(made))


def slide(signal, size, stride, dilation=1):
    """One-dimensional window sum, the way a convolution with ones sees its input."""
    reach = (size - 1) * dilation
    starts = range(0, len(signal) - reach, stride)
    return np.array([signal[s : s + reach + 1 : dilation].sum() for s in starts])


@pytest.mark.parametrize(
    "windows",
    [
        [(3, 1, 1)],
        [(3, 1, 1), (3, 1, 1)],
        [(3, 1, 1), (2, 2, 1), (3, 1, 1)],
        [(5, 2, 1), (3, 1, 2)],
    ],
)
def test_field_is_the_span_of_pixels_that_change_one_unit(windows):
    def forward(signal):
        for size, stride, dilation in windows:
            signal = slide(signal, size, stride, dilation)
        return signal

    base = forward(np.zeros(64))
    unit = len(base) // 2
    felt = [n for n in range(64) if forward(np.eye(64)[n])[unit] != base[unit]]
    steps = [
        ("Conv2D", {"kernel_size": [k, k], "strides": [s, s], "dilation_rate": [d, d]})
        for k, s, d in windows
    ]
    view = view_of(chain(*steps))
    assert view.seen == felt[-1] - felt[0] + 1
    assert view.side == 64


def test_a_pooling_is_a_window_too():
    pool = ("MaxPooling2D", {"pool_size": [2, 2], "strides": [2, 2]})
    conv = ("Conv2D", {"kernel_size": [3, 3], "strides": [1, 1]})
    assert view_of(chain(conv, pool, conv)).seen == 8


def test_other_models_have_no_view():
    conv = ("Conv2D", {"kernel_size": [3, 3]})
    assert isinstance(view_of(chain(conv, last="Flatten")), Missing)
    assert isinstance(view_of(chain(("Lambda", {}), conv)), Missing)
    assert isinstance(view_of(Model("m", "Net", "subclass")), Missing)
