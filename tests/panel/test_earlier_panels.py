"""A panel whose fault a later cell has repaired becomes one line."""

from dataclasses import replace

import pytest

from nbdiag.panel import earlier_panels, layout
from nbdiag.panel.publish import show
from nbdiag.schema.cell import Cell
from tests.render import stories


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    monkeypatch.setattr(layout, "picture", lambda _: None)
    monkeypatch.setattr(earlier_panels, "_PANELS", {})


def repaired(cell=4):
    report = stories.repaired()
    return replace(report, run=replace(report.run, cell=Cell(cell, report.run.cell.source)))


def shown(report):
    return show(report, display=lambda *_, **__: None)


def test_the_panel_of_the_repaired_cell_becomes_a_line_that_opens_it():
    broken = shown(stories.nothing_moves())
    old = broken.children[1:]
    shown(repaired())
    bridge, line, folded = broken.children
    assert "repaired in cell [4]: 0.506 → 0.89" in line.value
    assert folded.children == old
    assert "nbdiag-folded" in folded._dom_classes
    assert "nbdiag-tone-calm" in broken._dom_classes
    assert bridge is broken._bridge
    assert len(broken.fix_buttons) == 2


def test_a_fault_that_is_still_there_leaves_it_as_it_is():
    broken = shown(stories.nothing_moves())
    before = broken.children
    again = stories.nothing_moves()
    past = stories.repaired().run.previous
    shown(
        replace(again, run=replace(again.run, cell=Cell(4, again.run.cell.source), previous=past))
    )
    assert broken.children == before


def test_the_same_cell_run_again_and_another_training_shrink_nothing():
    broken = shown(stories.nothing_moves())
    before = broken.children
    shown(repaired(cell=stories.nothing_moves().run.cell.number))
    assert broken.children == before
    broken = shown(stories.nothing_moves())
    before = broken.children
    other = repaired()
    shown(replace(other, run=replace(other.run, cell=Cell(5, "model = another()"))))
    assert broken.children == before


def test_a_panel_that_was_closed_is_let_be():
    broken = shown(stories.nothing_moves())
    broken.close()
    shown(repaired())
    assert len(earlier_panels._PANELS) == 1
