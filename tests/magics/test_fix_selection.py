import pytest
from IPython.core.error import UsageError

from nbdiag.magics.fix_selection import picks_of
from nbdiag.magics.options import known_rules, rule_list
from nbdiag.render.rule_page import plain
from tests.render import stories


def test_fix_without_a_code_lists_those_that_have_one():
    with pytest.raises(UsageError, match=r"such as %traindiag fix NBD101. .* for NBD101.$"):
        picks_of(stories.nothing_moves(), [])
    with pytest.raises(UsageError, match="no fix for a new cell"):
        picks_of(stories.repaired(), [])


def test_rules_are_listed_by_family_each_with_a_sentence():
    listed = rule_list()
    families = [line for line in listed.splitlines() if line and not line.startswith(" ")]
    assert families[:2] == ["Output and loss", "Optimizer"]
    assert len(families) == len(set(families))
    assert all(f"  {rule.code}  {rule.name}: " in listed for rule in known_rules())


@pytest.mark.parametrize("rule", known_rules(), ids=lambda rule: rule.code)
def test_a_page_has_no_marks_of_its_source(rule):
    shown = plain(rule.page())
    assert "``" not in shown
    assert "::\n" not in shown
    assert "Why it hurts\n------------\n" in shown
    assert rule.page().splitlines()[0].replace("``", "") in " ".join(shown.split("\n"))
