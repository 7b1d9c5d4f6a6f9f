"""Values of Keras variables as NumPy arrays."""

from typing import Any

import numpy as np

from nbdiag.capture.data.arrays import Array


def value_of(variable: Any) -> Array:
    """Copy the present value of a variable, on any backend.

    ``np.array(variable)`` would do, but for the deprecation warning: Keras' ``__array__`` does not
    know NumPy 2's ``copy``. Where the library's own array is a view (PyTorch shares memory, JAX
    gives its buffers away), it is copied.
    """
    found = np.asarray(variable.numpy())
    return found if found.flags.owndata and found.flags.writeable else np.array(found)
