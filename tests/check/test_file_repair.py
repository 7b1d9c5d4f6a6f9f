"""Fixes in files: only what they change differs, once, and as a whole."""

import json

import pytest

from nbdiag.check.configuration import Configuration
from nbdiag.check.file_repair import repair_file
from nbdiag.check.file_verdict import judge_file
from nbdiag.check.program_file import read_file
from tests.check.notebooks import FAULTY, SOUND, notebook, old_notebook

CHOSEN = Configuration()


def repaired(path, **options):
    repair = repair_file(path, CHOSEN, **options)
    repair.write()
    return repair


@pytest.mark.parametrize("indent", [1, 2, None])
@pytest.mark.parametrize("lines", [True, False])
def test_in_place_changes_one_cell(tmp_path, indent, lines):
    path = tmp_path / "a.ipynb"
    text = notebook(*FAULTY, indent=indent, lines=lines)
    path.write_text(text, encoding="utf-8")
    repair = repaired(path, in_place=True)
    assert not repair.verdict.findings
    assert [code for code, _ in repair.titles] == ["NBD101"]
    old, new = json.loads(text), json.loads(path.read_text(encoding="utf-8"))
    changed = [i for i, cell in enumerate(old["cells"]) if cell != new["cells"][i]]
    assert len(changed) == 1
    assert len(old["cells"]) == len(new["cells"])
    (place,) = changed
    old["cells"][place]["source"] = new["cells"][place]["source"]
    again = json.dumps(old, indent=indent, ensure_ascii=False) + "\n"
    assert path.read_text(encoding="utf-8") == again
    assert not judge_file(read_file(path)).findings
    before = path.read_bytes()
    assert not repaired(path, in_place=True).titles
    assert path.read_bytes() == before


def test_below_is_the_default(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(notebook(*FAULTY), encoding="utf-8")
    repaired(path)
    old, new = json.loads(notebook(*FAULTY)), json.loads(path.read_text(encoding="utf-8"))
    assert len(new["cells"]) == len(old["cells"]) + 1
    (added,) = [cell for cell in new["cells"] if cell not in old["cells"]]
    assert [cell for cell in new["cells"] if cell is not added] == old["cells"]
    assert "sigmoid" in "".join(added["source"])
    assert added["id"] not in {c.get("id") for c in old["cells"]}
    before = path.read_bytes()
    assert not repaired(path).titles
    assert path.read_bytes() == before


def test_a_notebook_of_format_3(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(old_notebook(*FAULTY), encoding="utf-8")
    assert repaired(path, in_place=True).titles
    assert not judge_file(read_file(path)).findings


def test_scripts_keep_their_line_ends_and_mode(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes("\r\n".join("\n".join(FAULTY).split("\n")).encode() + b"\r\n")
    path.chmod(0o754)
    assert repaired(path).titles
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.endswith(b"\r\n")
    assert path.stat().st_mode & 0o777 == 0o754
    assert not judge_file(read_file(path)).findings
    assert [item.name for item in tmp_path.iterdir()] == ["a.py"]


def test_cells_of_a_script(tmp_path):
    path = tmp_path / "a.py"
    text = "# %% one\n" + "\n# %% two\n".join(FAULTY) + "\n# %% [markdown]\n# the end\n"
    path.write_text(text)
    repaired(path)
    assert path.read_text().startswith("# %% one\n" + FAULTY[0])
    assert path.read_text().endswith("# the end\n")
    assert not judge_file(read_file(path)).findings


def test_what_is_sound_is_left_alone(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(notebook(*SOUND), encoding="utf-8")
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert repaired(path, unsafe=True).diff == ""
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_unsafe_fixes_only_where_asked(tmp_path):
    source = FAULTY[1].replace("Dense(1)", "Dense(1, activation='softmax')")
    path = tmp_path / "a.py"
    path.write_text("\n".join((FAULTY[0], source, FAULTY[2])))
    safe = repair_file(path, CHOSEN)
    every = repair_file(path, CHOSEN, unsafe=True)
    assert len(every.titles) >= len(safe.titles)
    assert path.read_text().count("softmax") == 1
