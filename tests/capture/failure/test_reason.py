"""nbdiag's own work is silent and fails silently, whatever the user has set."""

import warnings

import numpy as np

from nbdiag.capture.failure.reason import attempt
from nbdiag.schema.missing import Missing


def test_what_fails_is_missing_with_its_reason():
    found = attempt("the rows", lambda: {}["lost"])
    assert found == Missing("the rows could not be read (KeyError: 'lost')")


def test_nothing_of_ours_is_heard_and_numbers_that_are_none_do_not_fail(recwarn):
    warnings.simplefilter("always")

    def work():
        warnings.warn("ours", stacklevel=1)
        return float(np.zeros(0).mean()), float((np.array([np.inf]) - np.inf).sum())

    with np.errstate(all="raise"):
        assert np.isnan(attempt("the numbers", work)).all()
    assert not recwarn.list
