"""Versions, and what Keras computes on."""

import platform
import sys
from importlib.metadata import version

from nbdiag.schema.run import Environment


def describe_environment() -> Environment:
    """Describe the environment; Keras' part is empty before it is imported."""
    keras = sys.modules.get("keras")
    backend = keras.backend.backend() if keras else ""
    library = sys.modules.get(backend) if backend else None
    return Environment(
        python=platform.python_version(),
        keras=getattr(keras, "__version__", ""),
        backend=backend,
        backend_version=getattr(library, "__version__", ""),
        nbdiag=version("nbdiag"),
    )
