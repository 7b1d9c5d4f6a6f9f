"""Which nbdiag has judged."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def package_version() -> str:
    """Return the version of nbdiag that is installed, "" for a copy that is not."""
    try:
        return version("nbdiag")
    except PackageNotFoundError:
        return ""
