"""Files of every form become cells; what cannot be read is one sentence."""

import json

import pytest

from nbdiag.check.file_verdict import judge_file
from nbdiag.check.program_file import UnreadableFileError, parse_file, read_file
from tests.check.notebooks import FAULTY, notebook, old_notebook


def judged(text, notebook=True):
    data = text if isinstance(text, bytes) else text.encode()
    return judge_file(parse_file(data, "a.ipynb" if notebook else "a.py", notebook=notebook))


def test_places_are_those_of_the_notebook():
    (found,) = judged(notebook(*FAULTY)).findings
    assert (found.cell.cell.number, found.line, found.site.column) == (2, 3, 4)
    assert (found.cell.index, found.cell.identity, found.cell.count) == (2, "c2", 2)


@pytest.mark.parametrize(
    "text",
    [
        notebook(*FAULTY, indent=None),
        notebook(*FAULTY, lines=False),
        "\ufeff" + notebook(*FAULTY),
        old_notebook(*FAULTY),
        notebook("%%bash\nls", "!pip install keras\nfiles = !ls", "print 'two'", *FAULTY),
        notebook(*FAULTY, kernelspec={"language": "python", "name": "python3"}),
    ],
)
def test_forms_of_notebooks(text):
    assert [item.finding.code for item in judged(text).findings] == ["NBD101"]


def test_other_languages_are_passed_over():
    verdict = judged(notebook(*FAULTY, language_info={"name": "julia"}))
    assert (verdict.fits, verdict.findings) == (0, ())


def test_a_cell_that_is_not_python_is_a_remark():
    verdict = judged(notebook(*FAULTY, "def (:"))
    assert len(verdict.findings) == 1
    assert verdict.remarks == ("cell 4: the cell cannot be parsed",)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("\n".join(FAULTY), 6),
        ("# %% one\n" + "\n# %% two\n".join(FAULTY), 8),
        ("# %% [markdown]\n# x\n# %%\n" + "\n".join(FAULTY), 9),
    ],
)
def test_scripts(text, first):
    (found,) = judged(text, notebook=False).findings
    assert (found.finding.code, found.line) == ("NBD101", first)


def test_encodings_of_scripts():
    text = "# -*- coding: latin-1 -*-\n# é\n" + "\n".join(FAULTY)
    assert judged(text.encode("latin-1"), notebook=False).findings
    with pytest.raises(UnreadableFileError, match="encoding"):
        judged("é".encode("latin-1"), notebook=False)
    with pytest.raises(UnreadableFileError, match="null bytes"):
        judged(b"a\0b", notebook=False)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (notebook(*FAULTY)[:-40], "breaks off"),
        ("", "breaks off"),
        ("[1]", "no cells"),
        (json.dumps({"a": 1}), "no cells"),
        ("[" * 100_000, "nested too deeply"),
        (b"{\xff", "UTF-8"),
    ],
)
def test_a_damaged_notebook_is_one_sentence(data, why):
    with pytest.raises(UnreadableFileError, match=why) as raised:
        judged(data)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        read_file(tmp_path / "none.ipynb")
