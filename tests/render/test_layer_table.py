"""The model layer by layer, as the report and the panel show it."""

from dataclasses import replace

import pytest

from nbdiag.engine import judge
from nbdiag.render.html import write
from nbdiag.render.layer_table import layerwise
from nbdiag.schema.missing import Missing
from tests.recorded import FILES, RUNS, judged, load


@pytest.fixture
def tower():
    return load(RUNS / "gradients" / "nbd601_faulty_deep_sigmoid.json")


def renamed(run, old, new):
    """Give the run with another name of a layer in its probes."""
    probes = tuple(
        replace(
            probe,
            variables=tuple(
                replace(item, layer=new) if item.layer == old else item for item in probe.variables
            ),
        )
        for probe in run.probes
    )
    return replace(run, probes=probes)


def test_bars_show_where_the_gradient_is_lost(tower):
    picture = layerwise(judge(tower))
    assert picture.columns[:2] == ("gradient before step 1", "gradient at the end")
    names = [name for name, _ in picture.rows]
    assert names == ["dense", *(f"dense_{number}" for number in range(1, 11))]
    bars = [values[0].count("█") for _, values in picture.rows]
    assert bars == sorted(bars)
    assert (bars[0], bars[-1]) == (0, 6)
    assert picture.rows[-1][1][0] == "██████ 0.44"


def test_every_recorded_run_can_be_shown():
    shown = 0
    for path in FILES:
        picture = layerwise(judged(path))
        if picture is not None:
            assert len(picture.rows) >= 2
            assert all(len(values) == len(picture.columns) for _, values in picture.rows)
            shown += 1
    assert shown > 100


def test_dead_units_have_a_column_of_their_own():
    report = judged(RUNS / "optimizer" / "nbd201_faulty_dies_later.json")
    picture = layerwise(report)
    place = picture.columns.index("dead units")
    shares = {name: values[place] for name, values in picture.rows}
    assert "100%" in shares.values()


def test_one_layer_or_no_probe_is_no_picture(tower):
    assert layerwise(judge(replace(tower, probes=Missing("none")))) is None
    lone = replace(
        tower,
        probes=tuple(replace(probe, variables=probe.variables[:2]) for probe in tower.probes),
    )
    assert layerwise(judge(lone)) is None


def test_a_deep_model_is_shown_by_its_ends(tower):
    (first, *_) = tower.probes
    many = tuple(
        replace(first.variables[0], name=f"layer_{number}/kernel", layer=f"layer_{number}")
        for number in range(100)
    )
    picture = layerwise(judge(replace(tower, probes=(replace(first, variables=many),))))
    assert len(picture.rows) == 40
    assert picture.left_out == 60
    assert picture.rows[-1][0] == "layer_99"


def test_names_of_layers_are_escaped(tower):
    report = judge(renamed(tower, "dense_3", "<script>x</script>"))
    page = write(report)
    assert "layer by layer" in page
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
