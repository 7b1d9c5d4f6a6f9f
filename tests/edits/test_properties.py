"""Generated cells: a new cell is Python, keeps every comment, and changes only what the diff names."""

import re
from collections.abc import Sequence
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbdiag.edits import NewCell, write_cell
from nbdiag.schema.changes import Change, MakeAgain, TextChange
from nbdiag.syntax.text.ipython import mask
from tests.edits.corpus import Case, changes_for
from tests.edits.judge import lost_comments, second_time
from tests.edits.notebooks import make_run
from tests.exploring import examples

NAMES = st.sampled_from(["model", "net", "m1", "模型", "größe", "_net"])
COMMENTS = st.sampled_from(["", "", "  # why", "  # 注释", "  # it's, here)", "  # a = [1,"])
QUOTES = st.sampled_from(["'", '"'])
HIDDEN = st.lists(
    st.sampled_from(["Dense(8)", "Dense(4, activation=Q)", "Dropout(0.5)", "BatchNormalization()"]),
    max_size=4,
)
COMPILED = st.sampled_from(
    [
        "QadamQ, loss=QmseQ, metrics=[QaccQ]",
        "keras.optimizers.SGD(0.1, momentum=0.9), QmseQ, [QaccQ]",
        "\n    optimizer=keras.optimizers.Adam(),  # as it comes\n    loss=QmseQ,\n    metrics=[QaccQ],\n",
        "loss=keras.losses.MeanSquaredError(), metrics=[keras.metrics.MeanAbsoluteError()]",
    ]
)
FITTED = st.sampled_from(
    [
        "x, y",
        "x,\n    y,  # labels\n    epochs=3\n",
        "x=x, y=y,",
        "x_train, y_train, validation_data=(x_val, y_val), batch_size=8",
        "x, y, callbacks=[keras.callbacks.EarlyStopping(patience=2)]",
        "x[:4], y[:4], validation_split=0.25, shuffle=False",
    ]
)

AFTER = st.sampled_from(
    [
        "",
        "print(M.evaluate(x_test, y_test))  # how good\n",
        "M.fit(x, y, epochs=2)  # and on\n",
        "M.compile('sgd', 'mae')\nM.fit(x, y)\n",
        "answers = M.predict(x_test)\nprint(((answers - y_test) ** 2).mean())\n",
        "for k in range(2):\n    print(k, M.evaluate(x, y))\n",
        "def again():\n    return M.fit(x, y)\n",
    ]
)


@st.composite
def cells(draw: st.DrawFn) -> str:
    """A training cell in one of the idioms, with comments and quotes anywhere."""
    name, quote = draw(NAMES), draw(QUOTES)
    layers = [text.replace("Q", f"{quote}relu{quote}") for text in draw(HIDDEN)]
    layers = [f"layers.{text}" for text in [*layers, "Dense(1)"]]
    note = [draw(COMMENTS) for _ in range(len(layers) + 4)]
    idiom = draw(st.sampled_from(["list", "add", "functional", "builder"]))
    if idiom == "list":
        rows = [f"    {text},{note[k]}" for k, text in enumerate(layers)]
        body = [f"{name} = keras.Sequential([{note[-1]}", *rows, f"]){note[-2]}"]
    elif idiom == "functional":
        rows = [f"h = {text}(h){note[k]}" for k, text in enumerate(layers)]
        body = ["start = keras.Input((4,))", "h = start", *rows, f"{name} = keras.Model(start, h)"]
    else:
        rows = [f"{name}.add({text}){note[k]}" for k, text in enumerate(layers)]
        body = [f"{name} = keras.Sequential(){note[-1]}", *rows]
    if idiom == "builder":
        indent = draw(st.sampled_from(["    ", "\t", "  "]))
        body = [f"def build():{note[-2]}", *(indent + line for line in body)]
        body += [f"{indent}return {name}", "", f"{name} = build()"]
    compiled = draw(COMPILED).replace("Q", quote)
    fitted = draw(FITTED)
    magic = draw(st.sampled_from(["%%traindiag", "%%traindiag --check", "%%time\n%%traindiag"]))
    extra = draw(
        st.sampled_from(["", "%matplotlib inline", "!ls  # files", "text = '# no comment'"])
    )
    return "\n".join(
        [
            magic,
            extra,
            "import keras",
            "from keras import layers",
            *body,
            f"{name}.compile({compiled}){note[-3]}",
            f"{name}.fit({fitted}){note[-4]}",
            "",
        ]
    )


def check(cell: str, changes: Sequence[Change], new: NewCell) -> None:
    compile(mask(new.source), "<cell>", "exec")
    assert lost_comments(cell, new.source) == []
    assert new.source.startswith(cell.split("\n", maxsplit=1)[0])
    removed = [line[1:] for line in new.diff.split("\n")[2:] if re.match(r"-", line)]
    left = new.source.split("\n")
    for line in cell.split("\n"):
        if line in removed:
            removed.remove(line)
        else:
            assert line in left, f"{line!r} is changed and not in the diff"
    assert changes


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(cell=cells(), sites=st.booleans(), data=st.data())
def test_a_new_cell_is_sound(cell: str, sites: bool, data: st.DataObject) -> None:
    run = make_run(cell, sites=sites)
    every = changes_for(run)
    changes = every[data.draw(st.sampled_from(sorted(every)))]
    new = write_cell(run, changes)
    assert new.edited
    assert not new.live, new.note
    check(cell, changes, new)
    assert write_cell(run, list(reversed(changes))).source == new.source


@settings(max_examples=examples(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(cell=cells(), sites=st.booleans(), data=st.data())
def test_a_change_of_any_kind_is_made_once_or_refused(
    cell: str, sites: bool, data: st.DataObject
) -> None:
    cell += data.draw(AFTER).replace("M", re.findall(r"(?m)^(\w+)\.fit", cell)[0])
    run = make_run(cell, sites=sites)
    every = changes_for(run)
    changes = every[data.draw(st.sampled_from(sorted(every)))]
    new = write_cell(run, changes)
    if not new.edited or new.live:
        assert new.note, "refused without a reason"
        return
    check(cell, changes, new)
    for again in second_time(Case("drawn", (cell,)), run, changes, new):
        assert again == new.source


def test_every_ordinary_kind_of_change_is_tried() -> None:
    cell = "import keras\nfrom keras import layers\nm = keras.Sequential([layers.Dense(4), layers.Dropout(0.5), layers.Dense(1)])\n"
    fit = "m.fit(x, y, validation_data=(x_val, y_val))\n"
    run = make_run(f'{cell}m.compile("adam", "mse", metrics=["acc"])\n{fit}')
    tried = {type(change) for changes in changes_for(run).values() for change in changes}
    # Running a cell again takes the cells before it: test_again.py has those.
    assert {*get_args(Change)} - {*get_args(TextChange), MakeAgain} == tried
