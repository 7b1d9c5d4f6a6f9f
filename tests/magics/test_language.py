"""--lang in a real InteractiveShell: what it changes, and for how long."""

import pytest
from IPython.core.error import UsageError

import nbdiag
from tests.magics.test_model_refs import BUILD, DATA, FIT


def test_a_language_that_is_not_spoken_is_a_usage_error_of_one_line(book):
    error = book.error("%%traindiag --lang fr\nran = True")

    assert isinstance(error, UsageError)
    assert "\n" not in str(error).strip()
    assert "--lang" in str(error)
    assert "'fr'" in str(error)
    assert "ran" not in book.shell.user_ns


def test_wrong_use_is_told_in_the_language_asked_for(book):
    error = book.error("%%traindiag --lang zh --seeds 0\npass")

    assert isinstance(error, UsageError)
    assert str(error) == "--seeds 需要不小于 1 的数，而不是 0。"


def test_a_cell_without_fit_is_told_so_in_chinese(book):
    book.run("%%traindiag --lang zh\nx = 1")

    assert "没有看到 fit 调用" in book.text


def test_the_session_stays_in_the_language_until_another_is_asked_for(book):
    book.run("%%traindiag --lang zh\nx = 1")
    assert "还没有报告" in str(book.error("%traindiag"))
    book.run("%%traindiag\nx = 1")
    assert "没有看到 fit 调用" in book.text
    book.run("%%traindiag --lang en\nx = 1")
    assert "saw no call of fit" in book.text
    assert "There is no report yet" in str(book.error("%traindiag"))


def test_the_users_own_cell_runs_in_english(book):
    """What the cell itself does with nbdiag is not touched by the magic's language."""
    book.run("%%traindiag --lang zh\nfrom nbdiag.language import say\nheard = say('loss')")

    assert book.shell.user_ns["heard"] == "loss"


@pytest.mark.training
def test_a_training_is_diagnosed_in_chinese(book):
    book.run(DATA)
    book.run("%%traindiag --no-panel --lang zh\n" + BUILD + FIT)
    report = nbdiag.last_report()

    assert report.lang == "zh"
    assert report.principal.code == "NBD103"
    assert "nbdiag: 错误 NBD103 softmax 只有一个单元" in book.text
    assert "输出是只有一个单元的 softmax" in book.text
    assert report.principal.fixes[0].source.startswith("%%traindiag --no-panel --lang zh\n")
