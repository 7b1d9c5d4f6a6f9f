"""SIGINT to a real kernel while nbdiag works on copies: nothing of the user's is lost."""

import re

import pytest

from tests.magics.test_kernel import LOAD, Front, shows

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]

# Where a test interrupts hangs on no clock: a race waits once one fix is decided, and the sweep waits.
WAIT = """
import time
from nbdiag.trial import race, rate_test

def work():
    print("at work", flush=True)
    for _ in range(6000):
        time.sleep(0.02)

try_one = race._Race._try
def try_until_one_is_decided(self, item, *given, **named):
    if any(not other.running for other in self._every):
        work()
    return try_one(self, item, *given, **named)

def wait():
    race._Race._try = try_until_one_is_decided
    rate_test._sweep = lambda *given, **named: work()
def weights():
    return [weight.numpy().tobytes() for weight in model.variables]
wait()
"""
TRAIN = """\
%%traindiag
history = model.fit(x, y, epochs=2, verbose=0)
before, state = weights(), history.history
"""
PROVEN = """
memory = get_ipython().magics_manager.registry["TrainDiagMagics"].memory
print(sum(fix.proof is not None for item in memory.report.findings for fix in item.fixes))
"""
STOPPED = r"Stopped: 1 of [2-9] fixes tried; your model is untouched\."


@pytest.fixture(scope="module")
def front():
    started = Front()
    started.ended(started.run(LOAD))
    started.ended(started.run(WAIT))
    started.ended(started.run(TRAIN))
    yield started
    started.client.stop_channels()
    started.manager.shutdown_kernel(now=True)


def interrupted(front, source):
    """Interrupt a cell while it works on copies; return its texts, in order."""
    request = front.run(source)
    front.until(lambda item: "at work" in str(item["content"].get("text")))
    front.manager.interrupt_kernel()
    assert front.ended(request)["status"] == "ok"
    assert not any(item["msg_type"] == "error" for item in front.seen)
    return [
        item["content"]["data"].get("text/plain", "")
        for item in front.seen
        if item["msg_type"] in ("display_data", "update_display_data")
    ]


def printed(front, source):
    front.ended(front.run(source))
    return front.printed().strip()


def test_a_proof_after_a_cell_is_stopped_and_the_report_is_there(front):
    texts = interrupted(front, TRAIN.replace("diag", "diag --prove --here", 1))
    places = [place for place, text in enumerate(texts) if re.fullmatch(STOPPED, text)]
    assert len(places) == 1
    assert any("NBD1" in text for text in texts[: places[0]])
    assert printed(front, "print(weights() == before, history.history == state)") == "True True"
    assert printed(front, PROVEN) == "1"
    front.ended(front.run("%traindiag"))
    assert any(shows(item, "text/html") for item in front.seen)


def test_a_proof_that_is_asked_for_is_stopped(front):
    texts = interrupted(front, "wait()\n%traindiag prove --here")
    assert sum(bool(re.fullmatch(STOPPED, text)) for text in texts) == 1
    assert printed(front, "print(weights() == before)") == "True"
    assert printed(front, PROVEN) == "1"


def test_a_range_test_is_stopped(front):
    texts = interrupted(front, "wait()\n%traindiag rate")
    assert texts == ["Stopped: no learning rate was found; your model is untouched."]
    assert printed(front, "print(weights() == before)") == "True"
    front.ended(front.run("%traindiag"))
    assert any(shows(item, "text/html") for item in front.seen)
