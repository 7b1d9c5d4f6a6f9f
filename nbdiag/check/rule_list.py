"""The rules, as a list and by name."""

import json

from nbdiag.rules import Rule, all_rules


def find_rule(code: str) -> type[Rule] | None:
    """Find a rule by its code, or by a name that it has or had; case does not matter."""
    wanted = code.strip()
    for rule in all_rules():
        if wanted.upper() == rule.code or wanted.lower() in (rule.name, *rule.former_names):
            return rule
    return None


def has_code(beginning: str) -> bool:
    """Whether a rule's code begins so."""
    return any(rule.code.startswith(beginning.upper()) for rule in all_rules())


def rules_as_text() -> str:
    """List the rules, a line each."""
    return "\n".join(f"{rule.code}  {rule.severity:7}  {rule.name}" for rule in all_rules())


def rules_as_json() -> str:
    """List the rules as JSON."""
    rows = [
        {
            "code": rule.code,
            "name": rule.name,
            "aspect": rule.aspect,
            "role": rule.role,
            "severity": rule.severity,
            "title": rule.page().split("\n")[0],
        }
        for rule in all_rules()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
