"""How many examples a property is tried on: more where ``scripts/test --explore`` looks further."""

import hypothesis

TIMES = 20


def examples(number: int) -> int:
    """Multiply the examples of a property in the profile "explore"."""
    return number * (TIMES if hypothesis.settings.get_current_profile_name() == "explore" else 1)
