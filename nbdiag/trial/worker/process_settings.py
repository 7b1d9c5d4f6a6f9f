"""What both processes should agree on: where modules are found, and the settings of Keras."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from nbdiag.language import spoken

_KERAS = ("floatx", "epsilon", "image_data_format")


@dataclass(frozen=True)
class ProcessSettings:
    """Settings of a process.

    Attributes
    ----------
    language
        In which nbdiag speaks.
    folder
        The working directory.
    path
        Folders in which modules are found.
    keras
        Settings of Keras; empty where it has not been imported.
    policy
        Name of the default policy of data types, "" where none was set.
    """

    language: str
    folder: str
    path: tuple[str, ...]
    keras: tuple[tuple[str, Any], ...] = ()
    policy: str = ""

    @classmethod
    def current(cls) -> Self:
        """Read the settings of this process."""
        keras = sys.modules.get("keras")
        config = getattr(keras, "config", None)
        settings = (
            () if config is None else tuple((name, getattr(config, name)()) for name in _KERAS)
        )
        return cls(spoken(), str(Path.cwd()), tuple(sys.path), settings, _policy())

    def apply(self, *, keras: bool) -> None:
        """Make them those of this process; all but the language, which holds for a block.

        Parameters
        ----------
        keras
            Whether Keras will be needed: to import it takes seconds.
        """
        if Path(self.folder).is_dir():
            os.chdir(self.folder)
        sys.path[:] = [*self.path, *(item for item in sys.path if item not in self.path)]
        if self.keras and keras:
            from keras import config

            for name, value in self.keras:
                getattr(config, f"set_{name}")(value)
            config.set_dtype_policy(self.policy or config.floatx())


def _policy() -> str:
    """Find the default policy; `keras.config.dtype_policy` would set one where there is none."""
    state = sys.modules.get("keras.src.backend.common.global_state")
    policy = None if state is None else state.get_global_attribute("dtype_policy")
    return str(getattr(policy, "name", ""))


def environment() -> dict[str, str]:
    """Return the environment of a process that should find the same modules and backend.

    It computes on the processor: the graphics card, with all of its memory, is the kernel's.
    """
    found = dict(os.environ)
    package = str(Path(__file__).parents[3])
    known = [package, *filter(None, [found.get("PYTHONPATH")])]
    found |= {"PYTHONPATH": os.pathsep.join(known), "CUDA_VISIBLE_DEVICES": "-1"}
    found.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    keras = sys.modules.get("keras")
    if hasattr(keras, "backend"):
        found["KERAS_BACKEND"] = str(keras.backend.backend())  # type: ignore[union-attr]
    return found
