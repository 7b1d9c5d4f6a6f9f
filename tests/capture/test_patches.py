"""What is followed of a library that looks like Keras, and what its user notices of it: nothing."""

from types import SimpleNamespace

import pytest

from nbdiag.capture.patches import patch


class CallbackList:
    def __init__(self, callbacks=None, model=None):
        self.callbacks, self.params = list(callbacks or ()), {}


class Trainer:
    def fit(self, x=None, y=None, epochs=1, callbacks=None):
        self.seen = (x, y, epochs)
        made = CallbackList(callbacks, model=self)
        for callback in made.callbacks:
            callback.called(self)
        return made.callbacks

    def train_on_batch(self, x, y=None):
        return x


class Model(Trainer):
    pass


KERAS = SimpleNamespace(Model=Model, callbacks=SimpleNamespace(CallbackList=CallbackList))


class Callback:
    def __init__(self):
        self.models = []

    def set_model(self, model):
        self.models.append(model)

    def set_params(self, params):
        self.params = params

    def called(self, model):
        self.models.append(model)


class Session:
    def __init__(self):
        self.steps = []

    def begins(self, x, y, weights):
        self.steps.append((x, y))

    def ends(self, result):
        self.steps.append(result)


class Follower:
    """Notes what it hears; `failing` names what raises."""

    def __init__(self, failing=()):
        self.heard, self.failing, self.callback = [], failing, Callback()
        self.loops, self.loop = self, Session()

    def _hear(self, name, *rest):
        self.heard.append((name, *rest))
        if name in self.failing:
            raise RuntimeError(name)

    def opened(self, model, arguments):
        self._hear("opened", arguments.given)
        return "token", {"callbacks": [self.callback]}

    def closed(self, token, error):
        self._hear("closed", token, type(error))

    def joined(self, model, arguments):
        self._hear("joined", arguments.given)
        return self.callback

    def session(self, model, way):
        self._hear("session", way)
        return self.loop


@pytest.fixture
def follow():
    undo = []

    def begin(**settings):
        follower = Follower(**settings)
        undo.append(patch(KERAS, follower))
        return follower, undo[-1]

    yield begin
    for end in undo:
        end()
    assert not {"fit", "train_on_batch"} & set(vars(Model))
    assert CallbackList.__init__.__code__.co_filename == __file__


def test_a_fit_is_opened_and_closed(follow):
    follower, _ = follow()
    model = Model()
    assert model.fit(1, y=2) == [follower.callback]
    assert follower.heard == [("opened", ("x", "y")), ("closed", "token", type(None))]
    assert follower.callback.models == [model]


def test_a_fit_inside_a_fit_is_part_of_it(follow):
    follower, _ = follow()
    follower.callback.called = lambda model: model.fit(5)
    Model().fit(1)
    assert [item[0] for item in follower.heard] == ["opened", "closed"]


def test_a_method_saved_before_is_met_at_its_callbacks(follow):
    model = Model()
    saved = model.fit
    follower, _ = follow()
    assert saved(1, epochs=3) == [follower.callback]
    assert follower.heard == [("joined", ("x", "epochs"))]
    assert CallbackList(model=model).callbacks == [], "no fit has made it"


def test_a_step_is_followed(follow):
    follower, _ = follow()
    assert Model().train_on_batch(3, y=4) == 3
    assert follower.loop.steps == [(3, 4), 3]


def test_the_users_exception_arrives_as_it_was(follow):
    follower, _ = follow(failing=("closed",))
    problem = KeyError("theirs")

    def fail(_):
        raise problem

    follower.callback.called = fail
    with pytest.raises(KeyError) as caught:
        Model().fit(1)
    assert caught.value is problem
    assert caught.value.__context__ is None
    assert follower.heard[-1] == ("closed", "token", KeyError)


@pytest.mark.parametrize("failing", ["opened", "closed", "joined", "session"])
def test_a_follower_that_fails_changes_nothing(follow, failing):
    model = Model()
    saved = model.fit
    follow(failing=(failing,))
    assert isinstance(model.fit(1, 2, epochs=4), list)
    assert model.seen == (1, 2, 4)
    assert isinstance(saved(1), list)
    assert model.train_on_batch(7) == 7
    assert model.fit(5) is not None, "the thread is inside no fit"


def test_arguments_that_fit_does_not_know_are_its_own_affair(follow):
    follow(failing=("opened",))
    with pytest.raises(TypeError, match="unknown"):
        Model().fit(unknown=1)


@pytest.mark.parametrize("failing", [(), ("opened", "joined", "session")])
def test_what_was_kept_goes_straight_through_after_the_end(follow, failing):
    follower, end = follow(failing=failing)
    model = Model()
    fit, step, make = model.fit, model.train_on_batch, CallbackList.__init__
    end()
    follower.heard.clear()
    assert fit(1) == []
    assert step(2) == 2
    made = object.__new__(CallbackList)
    make(made, model=model)
    assert (made.callbacks, follower.heard) == ([], [])


def test_a_wrapper_over_fit_outlives_the_watch_and_the_next_one_watches_through_it(follow):
    first, end = follow()
    original = Model.fit

    def theirs(self, *given, **named):
        return original(self, *given, **named)

    Model.fit = theirs
    try:
        end()
        assert Model.fit is theirs
        second, end = follow()
        Model().fit(1)
        assert (first.heard, [item[0] for item in second.heard]) == ([], ["opened", "closed"])
        end()
        assert Model.fit is theirs
    finally:
        del Model.fit


def test_a_library_without_some_of_it_is_followed_as_far_as_it_goes():
    bare = SimpleNamespace(Model=Model, callbacks=SimpleNamespace(CallbackList=object))
    follower = Follower()
    end = patch(bare, follower)
    Model().fit(1)
    end()
    assert [item[0] for item in follower.heard] == ["opened", "closed"]
    assert "fit" not in vars(Model)
