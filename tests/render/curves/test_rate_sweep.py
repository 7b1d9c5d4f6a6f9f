"""The drawing of a range test."""

import io

import numpy as np
import pytest
from PIL import Image

from nbdiag.render.curves.rate_sweep import WIDTH, sweep_png
from nbdiag.schema.range_test import RangeTest

RATES = tuple(float(rate) for rate in np.geomspace(1e-6, 1.0, 60))
LOSSES = tuple(2.0 - min(at, 40) / 40 + max(0, at - 45) ** 2 for at in range(60))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("rate", "proposed"), [(1e-6, 0.01), (None, None), (None, 0.01)])
def test_it_is_a_picture_of_the_width_it_is_shown_in(rate, proposed, lang):
    drawn = sweep_png(RangeTest(RATES, LOSSES, proposed, ""), rate, lang)
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.width == 2 * WIDTH


def test_yours_and_the_proposed_rate_are_two_lines_more():
    bare = sweep_png(RangeTest(RATES, LOSSES, None, ""), None, "en")
    assert sweep_png(RangeTest(RATES, LOSSES, 0.01, ""), None, "en") != bare
    assert sweep_png(RangeTest(RATES, LOSSES, None, ""), 0.01, "en") != bare


def test_there_is_no_picture_without_a_finite_loss():
    assert sweep_png(RangeTest((), (), None, ""), 0.1, "en") is None
