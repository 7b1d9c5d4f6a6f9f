"""`nbdiag check` as it is typed: exit codes, options, configuration, baseline."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from nbdiag.cli.commands import nbdiag
from tests.check.notebooks import FAULTY, SOUND, notebook


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "faulty.ipynb").write_text(notebook(*FAULTY), encoding="utf-8")
    (tmp_path / "sound.ipynb").write_text(notebook(*SOUND), encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "train.py").write_text("\n".join(FAULTY), encoding="utf-8")
    (tmp_path / "sub" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "sub" / ".ipynb_checkpoints" / "old.ipynb").write_text(notebook(*FAULTY))
    return tmp_path


def typed(*words, **options):
    return CliRunner().invoke(nbdiag, words, catch_exceptions=False, **options)


def test_exit_codes(project):
    assert typed("check", "sound.ipynb").exit_code == 0
    assert typed("check", "faulty.ipynb", "sound.ipynb").exit_code == 1
    assert typed("check", "none.ipynb").exit_code == 2
    assert typed("check").exit_code == 2
    assert typed("check", "sound.ipynb", "--select", "NBD9").exit_code == 2
    assert typed("check", "sound.ipynb", "--format", "xml").exit_code == 2
    (project / "cut.ipynb").write_text(notebook(*FAULTY)[:200])
    cut = typed("check", "cut.ipynb", "sound.ipynb")
    assert cut.exit_code == 2
    assert "cut.ipynb: The notebook is not whole" in cut.output
    assert typed("check", "cut.ipynb", "faulty.ipynb").exit_code == 1


def test_folders_and_patterns(project):
    assert "in 3 files" in typed("check", ".").output
    assert "in 2 files" in typed("check", "*.ipynb").output
    assert "in 1 file" in typed("check", "**/*.py").output
    assert "in 2 files" in typed("check", ".", "--exclude", "sub").output


def test_standard_input(project):
    found = typed("check", "-", input=notebook(*FAULTY))
    assert found.exit_code == 1
    assert "<stdin>:cell 2:3:5: NBD101" in found.output
    assert typed("check", "-", input="\n".join(SOUND)).exit_code == 0


def test_select_and_ignore(project):
    assert typed("check", "faulty.ipynb", "--ignore", "nbd101").exit_code == 0
    assert typed("check", "faulty.ipynb", "--select", "NBD2,NBD3").exit_code == 0
    assert typed("check", "faulty.ipynb", "--select", "NBD1").exit_code == 1


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("    layers.Dense(1),  # nbdiag: ignore[NBD101]", 0),
        ("    layers.Dense(1),  # nbdiag: ignore", 0),
        ("    # nbdiag: ignore[NBD1]\n    layers.Dense(1),", 0),
        ("    layers.Dense(1),  # nbdiag: ignore[NBD102]", 1),
        ("    layers.Dense(1),  # nbdiag:ignore-file[NBD101]", 0),
    ],
)
def test_comments(project, comment, code):
    sources = (FAULTY[0], FAULTY[1].replace("    layers.Dense(1),", comment), FAULTY[2])
    (project / "faulty.ipynb").write_text(notebook(*sources), encoding="utf-8")
    assert typed("check", "faulty.ipynb").exit_code == code


def test_configuration(project):
    (project / "pyproject.toml").write_text(
        '[tool.nbdiag]\nexclude = ["sub"]\n[tool.nbdiag.per-file-ignores]\n"faulty.*" = ["NBD101"]\n'
    )
    assert typed("check", ".").exit_code == 0
    (project / "pyproject.toml").write_text('[tool.nbdiag]\nseverity = "info"\n')
    (project / "open.py").write_text("\n".join(SOUND).replace(", validation_split=0.1", ""))
    assert "NBD706" in typed("check", "open.py").output
    assert "NBD706" not in typed("check", "open.py", "--severity", "warning").output
    for wrong in ("severity = 3", "colour = 1", 'select = "NBD1"', 'lang = "fr"'):
        (project / "pyproject.toml").write_text(f"[tool.nbdiag]\n{wrong}\n")
        refused = typed("check", "sound.ipynb")
        assert refused.exit_code == 2
        assert "[tool.nbdiag]" in refused.output


def test_a_baseline_knows_old_findings_wherever_they_move(project):
    assert typed("check", ".", "--write-baseline", "known.json").exit_code == 0
    assert typed("check", ".", "--baseline", "known.json").exit_code == 0
    moved = notebook("x = 1\n\n", *FAULTY)
    (project / "faulty.ipynb").write_text(moved, encoding="utf-8")
    assert typed("check", ".", "--baseline", "known.json").exit_code == 0
    (project / "sound.ipynb").write_text(notebook(*FAULTY), encoding="utf-8")
    assert typed("check", ".", "--baseline", "known.json").exit_code == 1
    assert typed("check", ".", "--baseline", "none.json").exit_code == 2
    (project / "known.json").write_text("[]")
    assert typed("check", ".", "--baseline", "known.json").exit_code == 2


def test_statistics_and_output(project):
    found = typed("check", ".", "--statistics")
    assert found.output.splitlines()[-1].split()[:2] == ["2", "NBD101"]
    typed("check", ".", "--format", "json", "--output", "found.json")
    assert json.loads((project / "found.json").read_text())["summary"]["error"] == 2


def test_fix_and_diff(project):
    before = (project / "faulty.ipynb").read_bytes()
    shown = typed("check", "--fix", "--diff", "faulty.ipynb")
    assert "+    layers.Dense(1, activation='sigmoid')," in shown.output
    assert (project / "faulty.ipynb").read_bytes() == before
    assert typed("check", "--fix", "--in-place", ".").exit_code == 0
    assert typed("check", ".").exit_code == 0
    assert typed("check", "--fix", "-").exit_code == 2


def test_findings_in_chinese(project):
    assert "二元" in typed("check", "faulty.ipynb", "--lang", "zh").output


def test_explain_and_rules():
    assert typed("explain", "nbd101").output.startswith("NBD101 probability-loss")
    assert typed("explain", "softmax-on-one-unit").exit_code == 0
    assert typed("explain", "NBD999").exit_code == 2
    assert "NBD101  error" in typed("rules").output
    assert {"code", "severity", "title"} <= json.loads(typed("rules", "--format", "json").output)[
        0
    ].keys()


def test_nothing_heavy_is_imported(project):
    code = (
        "import sys\nsys.argv = ['nbdiag', 'check', 'faulty.ipynb']\n"
        "from nbdiag.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 1\n"
        "heavy = {'keras', 'tensorflow', 'IPython', 'matplotlib', 'scipy', 'ipywidgets', 'nbformat'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "NBD101" in done.stdout


def test_user_code_is_never_run(project):
    text = (
        f"open({str(project / 'ran')!r}, 'w')\n__import__('os').system('touch ran')\n"
        + "\n".join(FAULTY)
    )
    (project / "evil.py").write_text(text)
    assert typed("check", "evil.py").exit_code == 1
    assert not (project / "ran").exists()
