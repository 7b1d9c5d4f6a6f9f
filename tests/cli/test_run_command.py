"""`nbdiag run` and `nbdiag report` on real notebooks."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from nbdiag.cli.commands import nbdiag
from nbdiag.diagnosis import diagnose
from nbdiag.schema.run import TrainingRun
from tests.check.notebooks import FAULTY, SOUND, notebook
from tests.recorded import FILES

DATA = (
    "import numpy as np\nrng = np.random.default_rng(1)\nx = rng.normal(size=(400, 4))\n"
    "y = (x[:, 0] > 0).astype('float32')\nimport keras\nkeras.utils.set_random_seed(1)"
)
LONGER = FAULTY[2].replace("epochs=2", "epochs=15, verbose=0")


def typed(*words):
    return CliRunner().invoke(nbdiag, words, catch_exceptions=False)


@pytest.fixture
def written(tmp_path):
    def write(*sources):
        path = tmp_path / "a.ipynb"
        path.write_text(notebook(*sources), encoding="utf-8")
        return path

    return write


def test_wrong_use(written, tmp_path):
    assert typed("run", str(tmp_path / "none.ipynb")).exit_code == 2
    (tmp_path / "b.ipynb").write_text("{")
    assert typed("run", str(tmp_path / "b.ipynb")).exit_code == 2
    assert typed("report", str(tmp_path / "b.ipynb")).exit_code == 2
    assert "no report" in typed("report", str(written(*FAULTY))).output
    (tmp_path / "c.json").write_text("{}")
    assert typed("report", str(tmp_path / "c.json")).exit_code == 2


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_saved_report_is_shown_again(tmp_path, form):
    path = next(item for item in FILES if item.stem.startswith("nbd101_faulty"))
    diagnose(TrainingRun.load(path)).save(tmp_path / "a.json")
    shown = typed("report", str(tmp_path / "a.json"), "--format", form)
    assert shown.exit_code == 1
    assert "NBD101" in shown.output


@pytest.mark.training
def test_run_finds_what_check_repairs(written):
    path = written(DATA, FAULTY[0], FAULTY[1], LONGER)
    found = typed(
        "run", str(path), "--format", "json", "--output", str(path.with_name("out.ipynb"))
    )
    assert found.exit_code == 1
    (report,) = json.loads(found.stdout)["reports"]
    assert report["cause"]["code"] == "NBD101"
    shown = typed("report", str(path.with_name("out.ipynb")))
    assert shown.exit_code == 1
    assert shown.output.startswith("nbdiag: ERROR NBD101")
    stored = json.loads(Path(path.with_name("out.ipynb")).read_text())["cells"]
    outputs = [item for cell in stored for item in cell.get("outputs", ())]
    (output,) = [item for item in outputs if "nbdiag" in item.get("metadata", {})]
    assert output["data"].keys() == {"text/plain", "text/markdown"}
    assert all(len("".join(text)) <= 4000 for text in output["data"].values())
    assert not any("load_ext" in "".join(cell["source"]) for cell in stored)
    assert typed("check", "--fix", "--in-place", str(path)).exit_code == 0
    assert typed("run", str(path)).exit_code == 0


SHOWN = (
    "from IPython.display import display\n"
    "display({'text/plain': 'nbdiag: ERROR NBD101'}, raw=True,"
    " metadata={'nbdiag': {'summary': {'schema': 1, 'verdict': 'error'}}})"
)


@pytest.mark.parametrize(
    ("sources", "code", "said"),
    [
        (("a = 1", "print(a)"), 0, "no training was seen"),
        (("a = 1", SHOWN), 1, "nbdiag: ERROR NBD101"),
        ((SHOWN, "1 / 0"), 3, "ZeroDivisionError"),
    ],
)
def test_exit_codes_of_a_kernel(written, sources, code, said):
    done = typed("run", str(written(*sources)))
    assert done.exit_code == code
    assert said in done.stdout


def test_there_is_no_such_kernel(written):
    assert typed("run", str(written("a = 1")), "--kernel", "none such").exit_code == 2


@pytest.mark.training
def test_a_cell_that_fails(written):
    failed = typed("run", str(written(*SOUND[:2], "1 / 0")))
    assert failed.exit_code == 3
    assert "ZeroDivisionError" in failed.stdout
