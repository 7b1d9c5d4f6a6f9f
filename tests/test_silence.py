"""Our own looks are silent, and nobody else is."""

import logging
import threading
import warnings

import pytest

from nbdiag.silence import silent, unlogged


def heard(work):
    """The texts of the warnings that some work raises in a thread of its own."""
    found = []

    def listen():
        showing = warnings.showwarning
        try:
            warnings.showwarning = lambda message, *_: found.append(str(message))
            work()
        finally:
            warnings.showwarning = showing

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    return found


@pytest.fixture(autouse=True)
def shown():
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        yield


def test_every_warning_of_the_block_is_swallowed():
    def look():
        with silent():
            warnings.warn("first", stacklevel=1)
            # NumPy's C code and the parser do not call warnings.warn of the module.
            warnings.warn_explicit("second", RuntimeWarning, "file", 1)

    assert heard(look) == []
    assert heard(lambda: warnings.warn("after", stacklevel=1)) == ["after"]


def test_filters_can_be_handed_on_as_expressions():
    """scikit-learn reads the pattern of every filter, to set it in its threads."""
    with silent("Glyph .* missing"):
        patterns = [item.pattern for _, item, *_ in warnings.filters if item is not None]
    assert "Glyph .* missing" in patterns


def test_only_the_warnings_that_are_named():
    def look():
        with silent("Glyph .* missing"):
            warnings.warn("Glyph 23618 missing from font", stacklevel=1)
            warnings.warn("something else", stacklevel=1)

    assert heard(look) == ["something else"]


def test_errors_made_of_warnings_do_not_end_the_block():
    warnings.simplefilter("error")
    with silent():
        warnings.warn("first", stacklevel=1)
    with pytest.raises(UserWarning, match="second"):
        warnings.warn("second", stacklevel=1)


def test_a_block_inside_a_block():
    def look():
        with silent():
            with silent():
                warnings.warn("inner", stacklevel=1)
            warnings.warn("outer", stacklevel=1)

    assert heard(look) == []


def test_another_thread_hears_its_own_warnings_meanwhile():
    with silent():
        assert heard(lambda: warnings.warn("theirs", stacklevel=1)) == ["theirs"]


def overlapping():
    """Two threads whose blocks overlap, so that the first to come is the first to go."""
    entered_a, entered_b, left_a = (threading.Event() for _ in range(3))

    def first():
        with silent():
            entered_a.set()
            entered_b.wait(10)
        left_a.set()

    def second():
        entered_a.wait(10)
        with silent():
            entered_b.set()
            left_a.wait(10)
            warnings.warn("still silent", stacklevel=1)

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_threads_leave_nothing():
    before = warnings.warn, warnings.showwarning, warnings.filters, list(warnings.filters)
    overlapping()
    assert (warnings.warn, warnings.showwarning) == before[:2]
    assert warnings.filters is before[2]
    assert warnings.filters == before[3]
    for _ in range(3):  # an identity of a thread is used again
        assert heard(lambda: warnings.warn("hello", stacklevel=1)) == ["hello"]


def test_a_guard_of_the_users_that_outlives_the_block():
    block, before = silent(), list(warnings.filters)
    block.__enter__()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "theirs")
        block.__exit__(None, None, None)
        assert len(warnings.filters) == len(before) + 1
    assert warnings.filters == before


def test_a_guard_of_the_users_that_ends_within_the_block():
    before, theirs, block = list(warnings.filters), warnings.catch_warnings(), silent()
    theirs.__enter__()
    block.__enter__()
    theirs.__exit__(None, None, None)
    block.__exit__(None, None, None)
    assert warnings.filters == before


def test_what_has_been_shown_once_is_not_shown_again():
    warnings.simplefilter("default")

    def twice():
        for _ in range(2):
            warnings.warn("once", stacklevel=1)
            with silent():
                warnings.warn("ours", stacklevel=1)

    assert heard(twice) == ["once"]


def test_a_warning_names_the_line_that_it_named_before():
    found = []

    def listen():
        warnings.showwarning = lambda message, category, file, *_: found.append(file)
        warnings.warn("theirs", stacklevel=1)

    with silent():
        thread = threading.Thread(target=listen)
        thread.start()
        thread.join()
    assert found == [__file__]


class Held(logging.Handler):
    """Keeps what it hears."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


@pytest.fixture
def listening():
    handler, root = Held(), logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def test_records_of_the_block_reach_no_handler(listening):
    with unlogged():
        logging.getLogger("matplotlib.of_old").debug("one")
        with unlogged():
            logging.getLogger("matplotlib.made_in_the_block").debug("two")
        logging.getLogger("matplotlib.of_old").debug("three")
    logging.getLogger("matplotlib.of_old").debug("after")
    assert listening.texts == ["after"]


def test_filters_and_levels_are_what_they_were(listening):
    own = logging.Filter("matplotlib")
    listening.addFilter(own)
    with unlogged():
        assert logging.getLogger().level == logging.DEBUG
        added = logging.Filter()
        listening.addFilter(added)
    assert listening.filters == [own, added]


def test_another_thread_logs_meanwhile(listening):
    with unlogged():
        thread = threading.Thread(target=lambda: logging.getLogger("matplotlib").debug("theirs"))
        thread.start()
        thread.join()
    assert listening.texts == ["theirs"]


def test_a_handler_of_an_inner_logger_hears_nothing_either():
    handler, logger = Held(), logging.getLogger("matplotlib.font_manager")
    logger.addHandler(handler)
    try:
        with unlogged():
            logger.warning("drawing")
        logger.warning("after")
    finally:
        logger.removeHandler(handler)
    assert handler.texts == ["after"]
