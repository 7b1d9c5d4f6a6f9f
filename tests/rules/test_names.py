"""Names of rules: one rule each, in use or not."""

from nbdiag.magics.options import rule_of
from nbdiag.rules import all_rules


def test_a_name_belongs_to_one_rule_for_good():
    names = [name for rule in all_rules() for name in (rule.name, *rule.former_names)]
    assert len(names) == len(set(names))


def test_a_renamed_rule_is_found_by_its_former_name():
    renamed = [rule for rule in all_rules() if rule.former_names]
    assert {rule.code for rule in renamed} >= {"NBD203", "NBD421", "NBD425", "NBD516"}
    for rule in renamed:
        assert all(rule_of(name.upper()) is rule for name in rule.former_names)
