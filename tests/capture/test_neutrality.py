"""A watched training is, bit for bit, the training that would have been.

The kinds of training (inputs x models x jit) are crossed with the probes: light and full for each,
off for three. Determinism is switched on for four kinds, each with light and full. So every pair of
one kind, one level of probes and one mode of determinism is met for the kinds that differ in what
determinism acts on; the full product would train the other kinds again without another path.
"""

import pytest

from nbdiag.capture.watch import Stop, watch
from nbdiag.early_stop import Guard
from nbdiag.panel.live_panel import LivePanel
from nbdiag.schema.cell import Cell
from tests.capture import state, trainings

pytestmark = [
    pytest.mark.training,
    # Keras says this of every stream, watched or not.
    pytest.mark.filterwarnings("ignore:.shuffle=True. was passed"),
]

ORIGINALS = {}
LIVELY = [trainings.mlp, trainings.tf_data, trainings.two_outputs]
FORCED = [trainings.cnn, trainings.two_outputs, trainings.tf_data, trainings.subclass]
OFF = [trainings.mlp, trainings.subclass, trainings.tf_data]
PAIRS = [
    *((training, probes, False) for training in trainings.EVERY for probes in ("light", "full")),
    *((training, "off", False) for training in OFF),
    *((training, probes, True) for training in FORCED for probes in ("light", "full")),
]


@pytest.fixture
def determinism(request):
    """Switch TensorFlow's deterministic operations on for one test."""
    import tensorflow as tf
    from tensorflow.python.framework import config

    if request.param:
        tf.config.experimental.enable_op_determinism()
    yield request.param
    if request.param:
        config.disable_op_determinism()


def bare(training, determinism):
    if (training, determinism) not in ORIGINALS:
        state.fresh()
        ORIGINALS[training, determinism] = state.left_behind(*training())
    return ORIGINALS[training, determinism]


@pytest.mark.parametrize(
    ("training", "probes", "determinism"),
    PAIRS,
    ids=lambda item: item if isinstance(item, str) else getattr(item, "__name__", str(item)),
    indirect=["determinism"],
)
def test_nothing_changes(training, probes, determinism):
    before = bare(training, determinism)
    state.fresh()
    around, classes = state.surroundings(), state.classes()
    with watch(Cell(1, ""), probes=probes) as seen:
        after = state.left_behind(*training())
    for name, value in before.items():
        assert after[name] == value, name
    for name, value in state.surroundings().items():
        assert value == around[name], name
    assert state.classes() == classes
    assert len(seen.runs) == 1


@pytest.mark.parametrize("training", LIVELY, ids=lambda item: item.__name__)
def test_a_live_panel_changes_nothing(training, monkeypatch):
    monkeypatch.setattr("nbdiag.capture.watch._LIVE_SHARE", 1e9)
    monkeypatch.setattr("nbdiag.capture.watch._REST", 0.0)
    before = bare(training, False)
    state.fresh()
    around, stop, shown = state.surroundings(), Stop(), []
    guard = Guard(stop, "never")
    live = LivePanel(display=shown.append, ask=stop.set, asked=stop.is_set)
    with watch(
        Cell(1, ""),
        on_begin=lambda run: live.draw(guard.look(run)),
        on_epoch=lambda run: live.draw(guard.look(run)),
        on_step=lambda step: live.step(step.done, step.batch, step.batches),
        stop=stop,
    ):
        after = state.left_behind(*training())
    assert shown == [live.panel]
    assert len(live.panel.children) == 4
    live.close()
    for name, value in before.items():
        assert after[name] == value, name
    for name, value in state.surroundings().items():
        assert value == around[name], name


def test_the_next_order_of_a_pipeline_is_what_it_would_have_been():
    import numpy as np
    import tensorflow as tf

    def orders(trained=False, **options):
        """Rows of two passes over a shuffled pipeline, after a training or a check of it."""
        state.fresh()
        x, y = trainings.table()
        rows = np.arange(len(x), dtype="float32")
        data = (
            tf.data.Dataset.from_tensor_slices((x, y[:, None], rows))
            .shuffle(len(x))
            .map(lambda a, b, c: (a + tf.random.normal(tf.shape(a)), b, c))
            .batch(32)
        )
        model = small()
        seen = None
        if options:
            with watch(Cell(1, ""), **options) as seen:
                model.fit(data, verbose=0)
        elif trained:
            model.fit(data, verbose=0)
        passes = [[(b[0].numpy().tolist(), b[2].numpy().tolist()) for b in data] for _ in range(2)]
        return passes, seen

    def small():
        import keras

        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        return model

    assert orders(probes="full")[0] == orders(trained=True)[0]
    after, seen = orders(check_only=True)
    assert after == orders()[0]
    run = seen.runs[0]
    assert [probe.moment for probe in run.probes] == ["start"]
    assert run.data.inputs[0].sampled == 32
