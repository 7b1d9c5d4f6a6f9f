"""Cells under the magic in a real kernel: numbers, ``await`` on the kernel's own loop, interrupts."""

import pytest

from tests.magics.test_kernel import Front

MAGIC = "%%traindiag --no-panel\n"
NO_FIT = "nbdiag saw no call of fit"
EARLIER = """\
%load_ext nbdiag
import asyncio, contextvars, signal, threading
number = contextvars.ContextVar("number", default=0)
loop = asyncio.get_running_loop()
ended = []

async def later(value):
    await asyncio.sleep(0.05)
    return value

task = asyncio.create_task(later(7))
await asyncio.sleep(0)
"""
AWAITING = """\
print(await task, asyncio.get_running_loop() is loop)
print(threading.current_thread() is threading.main_thread())
begun = asyncio.create_task(later(8))
signal.signal(signal.SIGUSR1, signal.SIG_DFL)
await asyncio.sleep(0)
"""
# ipykernel 7.4 hears no interrupt while its loop is idle, with and without nbdiag: this one is not.
ENDLESS = """\
print("begun", flush=True)
try:
    while True:
        await asyncio.sleep(0.02)
finally:
    ended.append(1)
"""


@pytest.fixture(scope="module")
def front():
    started = Front()
    started.ended(started.run(EARLIER))
    yield started
    started.client.stop_channels()
    started.manager.shutdown_kernel(now=True)


def kinds(front):
    return [item["msg_type"] for item in front.seen if item["msg_type"] != "status"]


def result(front):
    (found,) = (item["content"] for item in front.seen if item["msg_type"] == "execute_result")
    return found["data"]["text/plain"], found["execution_count"]


def texts(front):
    shown = [item["content"] for item in front.seen if item["msg_type"] == "display_data"]
    return [content["data"]["text/plain"] for content in shown]


def test_a_value_has_the_number_of_its_cell(front):
    first = front.ended(front.run("'old value'"))["execution_count"]
    reply = front.ended(front.run(MAGIC + "40 + 2"))
    assert reply["execution_count"] == first + 1
    assert result(front) == ("42", first + 1)
    front.ended(front.run(f"Out[{first}], Out[{first + 1}], _, __, _{first}"))
    assert result(front)[0] == "('old value', 42, 42, 'old value', 'old value')"


def test_a_cell_that_awaits_is_on_the_kernels_own_loop(front):
    reply = front.ended(front.run(MAGIC + AWAITING))
    assert reply["status"] == "ok"
    assert front.printed().split() == ["7", "True", "True"]
    assert any(NO_FIT in text for text in texts(front))
    front.ended(front.run("await begun"))
    assert result(front)[0] == "8"
    front.ended(front.run("In[-3].splitlines()[1]"))
    assert "print(await task" in result(front)[0]


@pytest.mark.parametrize("magic", ["", MAGIC])
def test_an_interrupt_ends_what_is_awaited(front, magic):
    request = front.run(magic + ENDLESS)
    front.until(lambda item: item["msg_type"] == "stream" and "begun" in str(item["content"]))
    front.manager.interrupt_kernel()
    reply = front.ended(request)
    assert (reply["status"], reply["ename"]) == ("error", "CancelledError")
    assert kinds(front).count("error") == 1
    front.ended(front.run("len(ended), ended.clear()"))
    assert result(front)[0] == "(1, None)"


def test_a_cell_that_awaits_may_fail(front):
    reply = front.ended(front.run(MAGIC + "await asyncio.sleep(0)\n1 / 0"))
    assert (reply["status"], reply["ename"]) == ("error", "ZeroDivisionError")
    (error,) = (item["content"] for item in front.seen if item["msg_type"] == "error")
    assert "line 3" in "".join(error["traceback"])
    assert not any(NO_FIT in text for text in texts(front))


def test_a_wrong_option_runs_nothing_of_it(front):
    reply = front.ended(front.run("%%traindiag --seed 5\nnever = await later(1)"))
    assert reply["ename"] == "UsageError"
    assert "--seed 5" in reply["evalue"]
    front.ended(front.run("'never' in globals()"))
    assert result(front)[0] == "False"


@pytest.mark.training
def test_a_check_ends_a_cell_that_awaits(front):
    cell = "%%traindiag --check --no-panel\nawait asyncio.sleep(0)\n"
    train = (
        "import keras, numpy as np\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\n"
        "model.fit(np.ones((8, 4)), np.ones(8), verbose=0)\nreached = 1\n"
    )
    reply = front.ended(front.run(cell + train))
    assert reply["status"] == "ok", reply
    assert "error" not in kinds(front)
    front.ended(front.run("'reached' in globals(), int(model.optimizer.iterations.numpy())"))
    assert result(front)[0] == "(False, 0)"
