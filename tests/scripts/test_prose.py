"""The words of the glossary, found where they count and nowhere else."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def prose():
    spec = importlib.util.spec_from_file_location("prose", ROOT / "scripts" / "prose.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def listed(prose):
    return prose.words((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))


def lines(found):
    return sorted({number for number, _ in found})


def test_the_table_of_the_glossary_is_read(listed):
    assert len(listed) > 30
    assert all(word.instead for word in listed)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('def f():\n    """Give the sum."""\n', [2]),
        ('def f():\n    """Return what the layers give."""\n', []),
        ('def f():\n    """Return it.\n\n    Then train anew.\n    """\n', [4]),
        ("x = 1  # behind the layer\n", [1]),
        ("class Anew:\n    pass\n", [1]),
        ("def rows_learnt_by_heart():\n    pass\n", [1]),
        ('say("It is told to the user.")\n', [1]),
        ('names = ["behind"]\n', []),  # a lone word is data
        ("behind = 1\nprint(behind)\n", []),
        ('say("There is no model, and it is no longer wanted.")\n', []),
        ('say("There is no model: it is no model.")\n', [1]),
        ("x = 'renewal of faintness'\n", [1]),  # faint* stands for its endings
    ],
)
def test_words_are_found_in_docstrings_names_sentences_and_comments(
    prose, listed, source, expected
):
    assert lines(prose.in_python(source, listed)) == expected


def test_a_page_is_read_as_text(prose, listed):
    assert lines(prose.in_text("# Page\n\nA model that is no model.\n", listed)) == [3]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Shuffle the rows", [1]),
        ("Shuffle {rows} samples", []),  # the name of a value
        ("three layers in a row", []),
        ("Your pictures are grey", [1]),
        ("No rate was found", [1]),
    ],
)
def test_some_words_are_kept_out_of_messages_alone(prose, listed, message, expected):
    assert lines(prose.in_catalogue(f'msgid "{message}"\nmsgstr ""\n', listed)) == expected
    said = tuple(word for word in listed if not word.said)
    assert not lines(prose.in_python(f"x = 1  # {message}\n", said))


def test_a_message_of_several_lines_is_one(prose, listed):
    text = 'msgid ""\n"Shuffle the "\n"rows."\nmsgstr ""\n'
    assert lines(prose.in_catalogue(text, listed)) == [1]
