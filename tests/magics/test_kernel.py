"""A real kernel that trains: the panel while it is busy, and Stop on a thread of its own."""

import queue
import time
import uuid

import pytest
from jupyter_client.manager import start_new_kernel

from nbdiag.panel.stop_button import TARGET

pytestmark = pytest.mark.training

VIEW = "application/vnd.jupyter.widget-view+json"
PATIENCE = 120
LOAD = """\
%load_ext nbdiag
import time
import keras, numpy as np
keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(256, 4)).astype("float32")
y = (x[:, 0] > 0).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])

class Slow(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        time.sleep(0.02)
"""
TRAIN = """\
%%traindiag
first = model.fit(x, y, epochs=1000, verbose=0, callbacks=[Slow()])
print("between")
second = model.fit(x, y, epochs=2, verbose=0)
print("after")
"""
READ_OUT = """\
import nbdiag
memory = get_ipython().magics_manager.registry["TrainDiagMagics"].memory
first_run, second_run = sorted((item.run for item in memory.reports), key=lambda run: run.fit_number)
print(0 < len(first.history["loss"]) < 1000, first_run.stopped.by)
print(len(second.history["loss"]), second_run.stopped)
"""


class Front:
    """A front end without a screen."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(startup_timeout=PATIENCE)
        self.seen = []

    def run(self, source):
        """Send a cell."""
        self.seen.clear()
        return self.client.execute(source)

    def until(self, wanted):
        """Read what the kernel sends until a message fits, and give it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            self.seen.append(message)
            if wanted(message):
                return message
        raise AssertionError([item["msg_type"] for item in self.seen])

    def ended(self, request):
        """Read until the cell has ended; give the reply."""
        self.until(
            lambda item: (
                item["msg_type"] == "status"
                and item["content"]["execution_state"] == "idle"
                and item["parent_header"].get("msg_id") == request
            )
        )
        return self.reply(request)

    def reply(self, request):
        """Return what the kernel replied to this request; older replies are passed over."""
        while True:
            message = self.client.get_shell_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    def printed(self):
        """What the cell printed."""
        return "".join(
            item["content"]["text"]
            for item in self.seen
            if item["msg_type"] == "stream" and item["content"]["name"] == "stdout"
        )

    def has_subshells(self):
        """Whether the kernel has threads of its own for messages: ipykernel 7 and newer."""
        info = self.reply(self.client.kernel_info())
        return "kernel subshells" in info.get("supported_features", [])

    def subshell(self):
        """Ask for a thread of our own, as JupyterLab does for each kind of comm."""
        request = self.client.session.msg("create_subshell_request", {})
        self.client.control_channel.send(request)
        return self.client.get_control_msg(timeout=PATIENCE)["content"]["subshell_id"]

    def say_stop(self, panel, subshell):
        """Open the comm that the Stop button opens."""
        content = {"comm_id": uuid.uuid4().hex, "target_name": TARGET, "data": {"panel": panel}}
        message = self.client.session.msg("comm_open", content)
        message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)


@pytest.fixture
def front():
    started = Front()
    yield started
    started.client.stop_channels()
    started.manager.shutdown_kernel(now=True)


def shows(message, kind):
    return message["msg_type"] == "display_data" and kind in message["content"]["data"]


def curves(message):
    value = str(message["content"].get("data", {}).get("state", {}).get("value", ""))
    return message["msg_type"] == "comm_msg" and "nbdiag-curves" in value


def train(front):
    """Begin a long training; return its request and its panel, which has shown two pictures."""
    front.ended(front.run(LOAD))
    request = front.run(TRAIN)
    panel = front.until(lambda item: shows(item, VIEW))["content"]["data"][VIEW]["model_id"]
    pictures = {str(front.until(curves)["content"]) for _ in range(2)}
    assert len(pictures) == 2
    assert not any(shows(item, "text/html") for item in front.seen)
    return request, panel


@pytest.mark.filterwarnings("ignore")
def test_a_busy_kernel_shows_its_training_and_hears_stop(front):
    if not front.has_subshells():
        pytest.skip("this ipykernel hears nothing while it is busy")
    request, panel = train(front)
    front.say_stop(panel, front.subshell())
    assert front.ended(request)["status"] == "ok"
    assert front.printed().split() == ["between", "after"]
    assert sum(shows(item, VIEW) for item in front.seen) == 1
    assert sum(shows(item, "text/html") for item in front.seen) == 1
    assert not any(item["msg_type"] == "error" for item in front.seen)

    front.ended(front.run(READ_OUT))
    assert front.printed().split() == ["True", "user", "2", "None"]


@pytest.mark.filterwarnings("ignore")
def test_a_kernel_that_is_interrupted_reports_what_was_seen(front):
    request, _ = train(front)
    front.manager.interrupt_kernel()
    reply = front.ended(request)
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    assert front.printed() == ""
    assert sum(shows(item, "text/html") for item in front.seen) == 1
    assert sum(item["msg_type"] == "error" for item in front.seen) == 1
