"""Waiting for a module changes nothing about its import."""

import importlib
import importlib.util
import sys

import pytest

from nbdiag.capture.import_hook import when_imported

NAME = "a_module_of_nobody_else"


@pytest.fixture(autouse=True)
def module(tmp_path, monkeypatch):
    (tmp_path / f"{NAME}.py").write_text("value = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(sys.meta_path)
    yield
    sys.modules.pop(NAME, None)
    assert sys.meta_path == before


def test_the_action_sees_the_module_after_its_body():
    seen = []
    when_imported(NAME, lambda module: seen.append(module.value))
    module = importlib.import_module(NAME)
    assert seen == [3]
    assert "exec_module" not in vars(module.__spec__.loader)


def test_an_action_that_fails_fails_no_import():
    def fail(_):
        raise RuntimeError

    seen = []
    when_imported(NAME, fail)
    when_imported(NAME, seen.append)
    module = importlib.import_module(NAME)
    assert seen == [module], "the next one has been done"
    assert when_imported(NAME, fail)() is None, "it is there already"


def test_a_search_that_imports_nothing_leaves_the_others_waiting():
    seen = []
    when_imported(NAME, seen.append)
    assert importlib.util.find_spec(NAME) is not None
    assert seen == []
    importlib.import_module(NAME)
    assert len(seen) == 1


def test_a_search_that_is_used_after_nobody_waits_any_more():
    seen = []
    forget = when_imported(NAME, seen.append)
    spec = importlib.util.find_spec(NAME)
    forget()
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    spec.loader.exec_module(module)
    assert (module.value, seen) == (3, [])


def test_a_loader_that_somebody_wraps_keeps_its_wrapper():
    seen = []
    when_imported(NAME, seen.append)
    spec = importlib.util.find_spec(NAME)
    ours, calls = spec.loader.exec_module, []

    def theirs(module):
        calls.append(module)
        ours(module)

    spec.loader.exec_module = theirs
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert calls == seen == [module]
    assert spec.loader.exec_module is theirs


def test_something_else_under_the_name():
    sys.modules[NAME] = object()
    when_imported(NAME, lambda module: module.value)()
