"""Print, as constraints for pip, the lowest version that pyproject.toml allows of each package.

Read are the dependencies of nbdiag and the group `surroundings`: what a user has beside it.
The tools that only tests need stay as new as they come.
"""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def lowest_version(requirement: Requirement) -> str:
    """Return the version that a requirement's lower bound names."""
    bounds = [one.version for one in requirement.specifier if one.operator in {">=", "~=", "=="}]
    if len(bounds) != 1:
        raise ValueError(f"{requirement} needs exactly one lower bound")
    return bounds[0]


def lowest_versions() -> dict[str, str]:
    """Return the lowest allowed version of each package that nbdiag runs with."""
    project = tomllib.loads(PROJECT.read_text())
    lines = project["project"]["dependencies"] + project["dependency-groups"]["surroundings"]
    requirements = [Requirement(line) for line in lines]
    return {one.name: lowest_version(one) for one in requirements}


if __name__ == "__main__":
    for name, version in lowest_versions().items():
        print(f"{name}=={version}")
