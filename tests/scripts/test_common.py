"""The environment of the scripts may be named by a relative or an absolute path."""

import subprocess
from pathlib import Path

import pytest

COMMON = Path(__file__).resolve().parents[2] / "scripts" / "common.sh"


@pytest.fixture
def environment(tmp_path):
    programs = tmp_path / "an environment" / "bin"
    programs.mkdir(parents=True)
    (programs / "nbdiag-program").write_text("#!/bin/sh\n")
    (programs / "nbdiag-program").chmod(0o755)
    return programs.parent


def found_after_entering(name, folder):
    command = '. "$1"; enter_environment "$2" && cd / && command -v nbdiag-program'
    return subprocess.run(
        ["bash", "-c", command, "bash", COMMON, name],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_a_relative_environment_comes_first_on_the_path(environment):
    found = found_after_entering(environment.name, environment.parent)
    assert Path(found) == environment / "bin" / "nbdiag-program"


def test_an_absolute_environment_comes_first_on_the_path(environment, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    found = found_after_entering(environment, elsewhere)
    assert Path(found) == environment / "bin" / "nbdiag-program"


def test_an_environment_that_is_not_there_is_an_error(tmp_path):
    assert not found_after_entering("missing", tmp_path)
