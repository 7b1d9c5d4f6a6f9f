"""Functions whose text is gone: what their instructions alone show."""

import dis
import types

from nbdiag.syntax.effects.libraries import may_act

_STORES = (
    "STORE_ATTR",
    "DELETE_ATTR",
    "STORE_GLOBAL",
    "DELETE_GLOBAL",
    "STORE_SUBSCR",
    "DELETE_SUBSCR",
)


def act_without_text(code: types.CodeType) -> str | None:
    """Return what a function may change, None where nothing in it can change anything.

    Without its text there is no telling what a change is made to: each one counts.
    """
    for instruction in dis.get_instructions(code):
        outer = instruction.opname == "STORE_DEREF" and instruction.argval in code.co_freevars
        if outer or instruction.opname in _STORES:
            return f"changes {instruction.argval or 'an entry'}"
    for name in code.co_names:
        if may_act(name):
            return f"calls {name}"
    inner = (part for part in code.co_consts if isinstance(part, types.CodeType))
    return next((act for part in inner if (act := act_without_text(part))), None)
