"""Versions, and what Keras computes on."""

import platform
import sys
from functools import cache
from importlib.metadata import version

from nbdiag.schema.run import Environment


def describe_environment(package: str = "keras") -> Environment:
    """Describe the environment; Keras' part is empty before it is imported.

    Parameters
    ----------
    package
        The Keras that is meant, "tf_keras" for the legacy one.
    """
    keras = sys.modules.get(package)
    backend = keras.backend.backend() if keras else ""
    library = sys.modules.get(backend) if backend else None
    return Environment(
        python=platform.python_version(),
        keras=getattr(keras, "__version__", ""),
        backend=backend,
        backend_version=str(getattr(library, "__version__", "")),  # PyTorch's is a subclass
        nbdiag=_own_version(),
    )


@cache
def _own_version() -> str:
    """Read it from the files of the installation, once."""
    return version("nbdiag")
