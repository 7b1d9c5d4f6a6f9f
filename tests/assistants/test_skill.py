"""The skill is 40 lines, and its commands do what it says."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from nbdiag.cli.commands import nbdiag
from tests.check.notebooks import FAULTY, notebook

ROOT = Path(__file__).resolve().parents[2]
SKILL = ROOT / "skills" / "nbdiag" / "SKILL.md"
COMMANDS = re.findall(r"(?m)^    (?:\w+=\S+ )?nbdiag (.+)$", SKILL.read_text(encoding="utf-8"))
CODES = {"check": 1, "explain": 0}


def test_length_and_head():
    text = SKILL.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert re.match(r"---\nname: nbdiag\ndescription: .+\n---\n", text)
    assert {command.split()[0] for command in COMMANDS} == {"check", "explain", "run"}


@pytest.mark.parametrize("command", [item for item in COMMANDS if not item.startswith("run")])
def test_commands(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("train.ipynb").write_text(notebook(*FAULTY), encoding="utf-8")
    done = CliRunner().invoke(nbdiag, command.split(), catch_exceptions=False)
    assert done.exit_code == CODES[command.split()[0]]
    assert "sigmoid" in done.output


def test_options_of_run_are_known():
    (command,) = [item for item in COMMANDS if item.startswith("run")]
    known = {name for option in nbdiag.commands["run"].params for name in option.opts}
    assert {word for word in command.split() if word.startswith("--")} <= known


def test_the_hook_calls_a_command_that_there_is():
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entry = re.search(r"entry: nbdiag (\w+)", text)
    assert entry
    assert entry[1] in nbdiag.commands
