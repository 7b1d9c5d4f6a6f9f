"""A proof in a real kernel that a notebook talks to: cells run meanwhile, results come later."""

import time

import pytest

from tests.magics.test_kernel import LOAD, Front

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(900)]

PATIENCE = 240
TRAIN = """\
%%traindiag --out kept
history = model.fit(x, y, epochs=2, verbose=0)
drawn, weights = np.random.get_state()[1].tobytes(), [w.numpy().tobytes() for w in model.weights]
"""
MEANWHILE = """\
memory = get_ipython().magics_manager.registry["TrainDiagMagics"].memory
print(np.random.get_state()[1].tobytes() == drawn, [w.numpy().tobytes() for w in model.weights] == weights)
print(sorted({fix.proof.verdict for item in memory.report.findings for fix in item.fixes if fix.proof}))
"""
PROVES = [f"{TRAIN.replace('kept', 'kept --prove', 1)}", "%traindiag prove"]


@pytest.fixture(scope="module")
def front():
    started = Front()
    started.ended(started.run(LOAD))
    yield started
    started.client.stop_channels()
    started.manager.shutdown_kernel(now=True)


def run(front, source):
    """Run a cell as a notebook does: it says which cell that is."""
    front.seen.clear()
    content = {
        "code": source,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": True,
        "stop_on_error": True,
    }
    message = front.client.session.msg("execute_request", content, metadata={"cellId": "a-cell"})
    front.client.shell_channel.send(message)
    reply = front.ended(message["header"]["msg_id"])
    assert reply["status"] == "ok", reply.get("traceback")
    return front.printed().splitlines()


def until_proven(front):
    """Run cells until a proof is known, whatever it says: that is the training's, not ours."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        untouched, verdicts = run(front, MEANWHILE)
        assert untouched == "True True"
        if verdicts != "[]":
            return
        time.sleep(0.5)
    raise AssertionError("no proof has come")


@pytest.mark.parametrize("proves", PROVES, ids=["option", "command"])
def test_the_kernel_is_free_while_fixes_are_tried(front, proves):
    if not proves.startswith("%%"):
        run(front, TRAIN)
    begun = time.monotonic()
    run(front, proves)
    assert run(front, MEANWHILE) == ["True True", "[]"]
    assert time.monotonic() - begun < 60
    until_proven(front)
    if proves.startswith("%%"):
        assert run(front, "print(kept is memory.report)") == ["True"]
    assert run(front, "print(history.epoch, Out.get(0))") == ["[0, 1] None"]


def test_cancelled_from_the_panel(front):
    run(front, TRAIN)
    run(front, "%traindiag prove --budget 10m --seeds 400")
    run(front, "import gc; from nbdiag.panel.proof_controls import ProofControls")
    run(
        front,
        "(controls,) = [c for c in gc.get_objects() if type(c) is ProofControls and c._stop]",
    )
    run(front, "controls.cancel.click()")
    end = time.monotonic() + 60
    while run(front, "print(controls._stop is None)") != ["True"] and time.monotonic() < end:
        time.sleep(0.2)
    assert run(front, "print(controls._stop is None)") == ["True"]
    assert run(front, MEANWHILE)[0] == "True True"
