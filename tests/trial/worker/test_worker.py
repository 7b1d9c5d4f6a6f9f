"""A real process: asked, cancelled, killed, asked again, and gone when its user is."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nbdiag.language import Reason, say, speaking
from nbdiag.trial.worker import Cancelled, Worker, WorkerDied, report
from nbdiag.trial.worker.worker import close_worker, session_worker

PATIENCE = 300  # seconds; a busy machine starts a process in twenty


@pytest.fixture(scope="module")
def worker():
    started = Worker()
    yield started
    started.close()


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def waiting_for(worker, function):
    """Ask, and wait until the function says that it runs."""
    begun = threading.Event()
    task = worker.run(function, progress=lambda _: begun.set())
    assert begun.wait(PATIENCE)
    return task


def sleeps():
    report("begun")
    time.sleep(600)


def deaf():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    report("begun")
    time.sleep(600)


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_function_with_its_closure_runs_in_another_process(worker):
    base = 40

    def add(number):
        return base + number, os.getpid()

    value, pid = worker.run(add, 2).result()
    assert value == 42
    assert pid == worker.pid != os.getpid()


def test_the_process_is_kept_with_what_it_knows(worker):
    def note(value):
        sys.noted = [*getattr(sys, "noted", ()), value]
        return sys.noted

    pid = worker.pid
    worker.run(note, 1).result()
    assert worker.run(note, 2).result() == [1, 2]
    assert pid is None or worker.pid == pid
    assert not hasattr(sys, "noted")


def test_progress_comes_while_the_function_runs(worker):
    heard, waits = [], threading.Event()
    folder = str(os.getpid())

    def counts(folder):
        for number in range(3):
            report((folder, number))
        return "end"

    def listener(value):
        heard.append((value, waits.is_set()))

    task = worker.run(counts, folder, progress=listener)
    assert task.result() == "end"
    waits.set()
    assert heard == [((folder, number), False) for number in range(3)]


def test_what_a_function_raises_is_raised_here_with_its_traceback(worker):
    def fails():
        raise KeyError("nothing by that name")

    with pytest.raises(KeyError, match="nothing by that name") as caught:
        worker.run(fails).result()
    assert any("in fails" in note for note in caught.value.__notes__)


def test_an_exception_that_cannot_be_sent_comes_as_its_text(worker):
    def fails():
        class LocalError(Exception):
            def __reduce__(self):
                raise TypeError("stays here")

        raise LocalError("too many")

    with pytest.raises(RuntimeError, match="LocalError: too many"):
        worker.run(fails).result()


def test_a_reason_keeps_its_language(worker):
    def fails(count):
        raise Reason("there are only {count} of them", count=count)

    with pytest.raises(Reason) as caught:
        worker.run(fails, 3).result()
    assert caught.value.said() == "there are only 3 of them"
    with speaking("zh"):
        assert caught.value.said() == say("there are only {count} of them", count=3)
        assert worker.run(
            say,
            "Undecided: {numbers}",
        ).result() == say("Undecided: {numbers}")


def test_questions_wait_for_each_other(worker):
    order = []

    def named(name):
        time.sleep(0.05)
        return name

    tasks = [worker.run(named, name) for name in "abc"]
    for task in tasks:
        task.on_end(lambda one: order.append(one.result()))
    assert [task.result() for task in tasks] == ["a", "b", "c"]
    assert order == ["a", "b", "c"]


def test_cancelled_at_once_and_the_process_stays(worker):
    task = waiting_for(worker, sleeps)
    pid = worker.pid
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(Cancelled):
        task.result()
    assert time.monotonic() - begun < 1
    assert worker.run(os.getpid).result() == pid


def test_a_function_that_hears_no_interrupt_ends_with_its_process(worker):
    task = waiting_for(worker, deaf)
    pid = worker.pid
    task.cancel()
    assert worker.run(os.getpid).result() != pid
    until(lambda: gone(pid))


def test_one_that_waits_its_turn_can_be_cancelled(worker):
    first = waiting_for(worker, sleeps)
    ran = []
    second = worker.run(os.getpid, progress=ran.append)
    second.cancel()
    with pytest.raises(Cancelled):
        second.result()
    assert not first.done
    first.cancel()
    assert worker.run(len, "abc").result() == 3


def test_a_question_takes_no_longer_than_it_may(worker):
    task = worker.run(time.sleep, 600, seconds=0.5)
    with pytest.raises(Cancelled, match=r"longer than 0\.5 s"):
        task.result()
    assert worker.run(len, "ab", seconds=PATIENCE).result() == 2


@pytest.mark.parametrize(
    ("end", "how"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "killed, as happens when memory runs out"),
        (lambda: os.abort(), "signal SIGABRT"),  # noqa: PLW0108 - pickled, not called
        (lambda: os._exit(3), "exit code 3"),
    ],
    ids=["killed", "aborted", "exits"],
)
def test_a_death_is_one_sentence_and_the_next_question_starts_a_new_one(worker, end, how):
    before = worker.run(os.getpid).result()
    with pytest.raises(WorkerDied) as caught:
        worker.run(end).result()
    said = caught.value.said()
    assert how in said
    assert "\n" not in said
    assert worker.run(os.getpid).result() != before


def test_what_cannot_be_pickled_is_refused_before_it_is_sent(worker):
    with pytest.raises(Exception, match="pickle"):
        worker.run(len, threading.Lock())
    assert worker.run(len, "ab").result() == 2


def test_what_a_function_prints_goes_nowhere(worker, capfd):
    worker.run(print, "from far away").result()
    assert capfd.readouterr() == ("", "")


def test_the_working_directory_and_the_path_are_those_of_now(worker, tmp_path, monkeypatch):
    (tmp_path / "of_this_folder.py").write_text("VALUE = 7\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def reads():
        import of_this_folder

        return of_this_folder.VALUE, str(Path.cwd())

    assert worker.run(reads).result() == (7, str(tmp_path))


def test_nothing_is_left_between_questions_and_after_the_end():
    threads = set(threading.enumerate())
    worker = Worker()
    pid = worker.run(os.getpid).result()
    assert set(threading.enumerate()) <= threads  # a timer of another test may end meanwhile
    assert not gone(pid)
    task = waiting_for(worker, deaf)
    worker.close()
    assert task.done
    assert gone(pid)
    assert set(threading.enumerate()) <= threads  # a timer of another test may end meanwhile
    assert worker.run(os.getpid).result() != pid  # it can be asked again
    worker.close()


def test_an_interrupt_of_the_group_is_not_meant_for_it(worker):
    assert worker.run(os.getpgid, 0).result() != os.getpgid(0)


@pytest.mark.parametrize("how", ["exit", "kill"])
def test_it_ends_with_the_process_that_started_it(how):
    program = (
        "import os, sys, time\n"
        "from nbdiag.trial.worker import session_worker\n"
        "worker = session_worker()\n"
        "print(worker.run(os.getpid).result(), flush=True)\n"
        "task = worker.run(time.sleep, 600)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        if how == "kill":
            parent.kill()
        else:
            parent.stdin.close()
        parent.wait(PATIENCE)
    until(lambda: gone(pid))


def test_there_is_one_for_a_session():
    one = session_worker()
    assert session_worker() is one
    pid = one.run(os.getpid).result()
    close_worker()
    until(lambda: gone(pid))
    assert session_worker().pid is None


@pytest.mark.training
def test_keras_is_imported_once_with_the_settings_of_this_session(worker):
    import keras

    def learns(seed):
        began = "keras" in sys.modules
        import keras

        layer = keras.layers.Dense(1)
        layer.build((None, 2))
        return began, keras.config.floatx(), layer.kernel.dtype, layer.name

    # Keras takes the policy from floatx with the first layer of a process, and keeps it.
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        worker.run(learns, 0).result()
        assert worker.run(learns, 0).result() == (True, "float64", "float64", "dense")
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)
    assert worker.run(learns, 0).result() == (True, "float32", "float32", "dense")
