"""What an assistant is answered: at most 4,000 characters, and never an exception."""

import asyncio
import importlib
import inspect
import json
import tomllib
from pathlib import Path

import pytest

from nbdiag.assistants import TOOLS, nbdiag_check, nbdiag_explain, nbdiag_report
from nbdiag.check.program_file import load_notebook
from nbdiag.check.stored_report import stored_reports
from nbdiag.diagnosis import diagnose
from nbdiag.render.plain_report import plain_bundle
from nbdiag.schema.run import TrainingRun
from tests.check.notebooks import FAULTY, notebook
from tests.recorded import FILES

ROOT = Path(__file__).resolve().parents[2]


def asked(function, *arguments):
    answer = asyncio.run(function(*arguments))
    assert isinstance(answer, str)
    assert len(answer) <= 4000
    return answer


@pytest.fixture
def stored(tmp_path):
    """A notebook whose second cell holds a plain report."""
    content = json.loads(notebook(*FAULTY))
    path = next(item for item in FILES if item.stem.startswith("nbd101_faulty"))
    report = diagnose(TrainingRun.load(path))
    content["cells"][2]["outputs"] = [
        {
            "output_type": "display_data",
            "data": plain_bundle(report),
            "metadata": {"nbdiag": {"summary": report.summary()}},
        }
    ]
    file = tmp_path / "stored.ipynb"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_the_stored_report(stored):
    answer = asked(nbdiag_report, str(stored))
    assert answer.split("\n")[0].startswith("nbdiag: ERROR NBD101")
    assert asked(nbdiag_report, str(stored), "c2") == answer
    assert "no report is stored" in asked(nbdiag_report, str(stored), "c1")
    (found,) = stored_reports(load_notebook(stored.read_bytes()))
    assert found.summary["cause"]["code"] == "NBD101"


def test_check(stored, tmp_path):
    answer = asked(nbdiag_check, str(stored))
    assert answer.startswith("nbdiag: 1 error")
    assert "cell 2:3:5: NBD101 error" in answer
    many = tmp_path / "many.py"
    many.write_text(
        "\n".join(FAULTY[:2]) + "\n" + "\n".join(FAULTY[2] + f"  # {n}" for n in range(60))
    )
    asked(nbdiag_check, str(many))


@pytest.mark.parametrize("name", ["none.ipynb", "cut.ipynb", "\0.ipynb", ""])
def test_a_bad_path_is_a_sentence(tmp_path, name):
    (tmp_path / "cut.ipynb").write_text("{")
    for function in (nbdiag_report, nbdiag_check):
        assert asked(function, str(tmp_path / name)).startswith("nbdiag: ")


def test_explain():
    assert asked(nbdiag_explain, "NBD101").startswith("NBD101 ")
    assert asked(nbdiag_explain, "squared-error-on-probabilities").startswith("NBD102")
    assert "no rule" in asked(nbdiag_explain, "NBD999")


def test_the_entry_point_names_functions_with_hints():
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    assert points["jupyter_server_mcp.tools"] == {"nbdiag": "nbdiag.assistants:TOOLS"}
    for tool in TOOLS:
        module, _, name = tool.partition(":")
        function = getattr(importlib.import_module(module), name)
        assert inspect.iscoroutinefunction(function)
        assert function.__annotations__["return"] is str
        assert function.__doc__


def test_the_real_server_takes_them(stored):
    server = pytest.importorskip("jupyter_server_mcp.mcp_server")
    extension = pytest.importorskip("jupyter_server_mcp.extension")
    made = server.MCPServer(name="test")
    loader = extension.MCPExtensionApp()
    loader.mcp_server_instance = made
    loader._register_tools(TOOLS, source="entrypoints")
    assert {"nbdiag_report", "nbdiag_check", "nbdiag_explain"} <= set(made._registered_tools)
