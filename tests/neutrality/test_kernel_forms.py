"""A few forms in two real kernels, with and without the magic: what a front end sees is the same."""

import pytest

from tests.magics.test_kernel import Front
from tests.neutrality.described import of_every_run
from tests.neutrality.forms import FORMS
from tests.neutrality.forms.form import BEGIN

pytestmark = [pytest.mark.training, pytest.mark.timeout(600)]

# One of each thing that a kernel does in another way than a shell: numbers, values, displays,
# errors, the loop, what a thread prints.
NAMES = (
    "value",
    "bar of fit",
    "display",
    "error after fit",
    "await",
    "task for a later cell",
    "in a thread",
    "time outside",
    "on",
    "proof",
)
TAKEN = [form for form in FORMS if form.name in NAMES]
# Plain names: nothing of a kernel is left in the way of a form.
LOAD = "import matplotlib; matplotlib.use('agg')\nimport tests.capture.state as state, tests.neutrality.runner as runner, tests.neutrality.described as described"
FRESH = "runner._begin()"
STATE = """
print(described.described({name: value for name, value in globals().items()
    if name in ('model', 'history', 'later', 'value', 'held', 'after', 'before')}))
print(runner._streams(), state.digest([]))
"""


@pytest.fixture(scope="module")
def kernels():
    pytest.importorskip("tensorflow")
    fronts = Front(), Front()
    for front, load in zip(fronts, ("# bare", "%load_ext nbdiag"), strict=True):
        for text in (LOAD, load, BEGIN):
            assert front.ended(front.run(text))["status"] == "ok"
    yield fronts
    for front in fronts:
        front.client.stop_channels()
        front.manager.shutdown_kernel(now=True)


def lived(front, form, *, watched):
    """Run the cells of a form; return what the front end is told, nbdiag's displays apart."""
    front.ended(front.run(FRESH))
    found = []
    for text in [*form.cells(watched=watched), STATE]:
        reply = front.ended(front.run(text))
        told = [of_every_run(str(part)) for item in front.seen for part in shown(item)]
        # A kernel may send a text in several pieces.
        found.append((reply["status"], reply.get("ename"), "".join(told)))
    return found


def shown(message):
    kind, content = message["msg_type"], message["content"]
    if kind == "stream":
        yield content["text"]
    elif kind == "error":
        yield from (content["ename"], content["evalue"], *content["traceback"])
    elif kind in ("execute_result", "display_data"):
        text = content["data"].get("text/plain", "")
        if "nbdiag" not in str(content["data"]) and "NBD" not in text:
            yield (kind, sorted(content["data"].items()))


@pytest.mark.parametrize("form", TAKEN, ids=lambda form: form.name)
def test_a_front_end_is_told_the_same(form, kernels):
    bare, watched = (lived(front, form, watched=place == 1) for place, front in enumerate(kernels))
    assert watched == bare


def test_forms_are_there():
    assert len(TAKEN) == len(NAMES)
