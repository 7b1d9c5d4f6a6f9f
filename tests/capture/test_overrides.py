"""What is put over a function ends with its watch, whoever has taken hold of it meanwhile."""

import gc
import traceback
import weakref

import pytest

from nbdiag.capture.overrides import Overrides, clear_ended


class Base:
    def fit(self, *given, **named):
        return ("fit", given, named)

    @staticmethod
    def make(kind):
        return kind


class Model(Base):
    pass


def calls_of(overrides, owner=Model, name="fit"):
    """Put a function over another one that counts its calls."""
    calls = []

    def around(original, /, *given, **named):
        calls.append(given)
        return original(*given, **named)

    overrides.put(owner, name, around)
    return calls


@pytest.fixture
def overrides():
    found = Overrides()
    yield found
    found.end()
    assert "fit" not in vars(Model)


def test_the_original_is_called_with_what_was_given(overrides):
    calls = calls_of(overrides)
    assert Model().fit(1, original=2, self_=3) == ("fit", (1,), {"original": 2, "self_": 3})
    assert len(calls) == 1
    assert Model.fit.__qualname__ == "Base.fit"


def test_what_was_inherited_is_inherited_again(overrides):
    calls_of(overrides)
    assert "fit" in vars(Model)
    overrides.end()
    assert "fit" not in vars(Model)


def test_a_static_method_stays_one(overrides):
    before = vars(Base)["make"]
    calls = calls_of(overrides, Base, "make")
    assert Base.make(3) == Base().make(3) == 3
    assert len(calls) == 2
    overrides.end()
    assert vars(Base)["make"] is before


def test_an_object_of_its_own(overrides):
    model = Model()
    calls = calls_of(overrides, model)
    assert model.fit(1)[1] == (1,)
    assert calls == [(1,)], "the method was bound already"
    overrides.end()
    assert vars(model) == {}


def test_a_method_that_was_kept_hears_no_more(overrides):
    calls, model = calls_of(overrides), Model()
    kept = model.fit
    kept(1)
    overrides.end()
    assert kept(2) == ("fit", (2,), {})
    assert len(calls) == 1


def test_a_function_that_was_put_over_ours_stays_and_ours_is_asleep(overrides):
    calls = calls_of(overrides)
    ours = Model.fit

    def theirs(self, *given):
        return ours(self, *given, by="them")

    Model.fit = theirs
    overrides.end()
    assert Model.fit is theirs
    assert Model().fit(1) == ("fit", (1,), {"by": "them"})
    assert calls == []
    del Model.fit


def test_what_is_put_back_by_others_is_asleep_and_goes_with_the_next_watch(overrides):
    calls = calls_of(overrides)
    ours = Model.fit
    Model.fit = Base.fit
    overrides.end()
    Model.fit = ours  # they take theirs off
    Model().fit()
    assert calls == []
    later = calls_of(overrides)
    Model().fit()
    assert len(later) == 1
    overrides.end()
    assert "fit" not in vars(Model)


@pytest.mark.parametrize("first", [0, 1])
def test_two_watches_that_overlap_end_in_any_order(first):
    both = Overrides(), Overrides()
    calls = [calls_of(item) for item in both]
    Model().fit()
    assert [len(item) for item in calls] == [1, 1]
    both[first].end()
    Model().fit()
    assert len(calls[first]) == 1
    assert len(calls[1 - first]) == 2
    both[1 - first].end()
    assert "fit" not in vars(Model)


def test_a_wrapper_of_others_that_names_ours_as_wrapped_is_not_taken_for_ours(overrides):
    from functools import wraps

    calls_of(overrides)

    @wraps(Model.fit)
    def theirs(self):
        return "theirs"

    Model.fit = theirs
    overrides.end()
    assert Model().fit() == "theirs"
    del Model.fit


def test_what_has_ended_holds_nothing_that_it_observed_with(overrides):
    class Observer:
        def around(self, original, /, *given):
            return original(*given)

    observer = Observer()
    overrides.put(Model, "fit", observer.around)
    kept, gone = Model.fit, weakref.ref(observer)
    del observer
    overrides.end()
    gc.collect()
    assert gone() is None
    assert kept(Model()) == ("fit", (), {})


def test_a_call_that_is_running_when_the_watch_ends(overrides):
    def around(original, /, *given):
        overrides.end()
        return original(*given)

    overrides.put(Model, "fit", around)
    assert Model().fit(1) == ("fit", (1,), {})
    assert "fit" not in vars(Model)


def test_a_traceback_shows_none_of_our_frames(overrides):
    class Failing(Model):
        def fit(self):
            raise KeyError("lost")

    def functions():
        with pytest.raises(KeyError) as caught:
            Failing().fit()
        return [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]

    bare = functions()
    around = eval("lambda original, /, *given: original(*given)", {"__name__": "nbdiag.any"})
    overrides.put(Failing, "fit", around)
    assert functions() == bare
    overrides.end()
    assert functions() == bare


def test_what_a_tool_puts_back_after_the_end_is_taken_off(overrides):
    calls_of(overrides)
    met = Model.fit
    Model.fit = lambda self: [met(self)]
    overrides.end()
    Model.fit = met
    clear_ended()
    assert "fit" not in vars(Model)


def test_what_goes_on_is_not_taken_off(overrides):
    calls = calls_of(overrides)
    clear_ended()
    Model().fit()
    assert len(calls) == 1
