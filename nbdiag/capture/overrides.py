"""Functions put over those of other libraries for a time: the one way in which capture does it.

Whoever takes hold of such a function meanwhile keeps it: a tool that puts its own over ours, a
method saved in a variable. Once its time has ended it calls the original and nothing else, holds
nothing that it observed with, and is taken off as soon as nobody's function lies over it.
"""

import functools
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from nbdiag.capture.failure.traces import drop_own_frames


class Overrides:
    """Functions that are put over others together and taken off together."""

    def __init__(self) -> None:
        self._placed: list[_Override] = []

    def put(self, owner: Any, name: str, around: Callable[..., Any]) -> None:
        """Put a function over an attribute of a class, a module or an object.

        Parameters
        ----------
        owner, name
            Where the function is. One that a class inherits is set on that class, and deleted when
            it is taken off.
        around
            Called as ``around(original, *arguments, **keywords)`` in place of the function, until
            `end`. Its own parameters must be positional only, for the keywords are the user's.
        """
        self._placed.append(_Override(owner, name, around))

    def end(self) -> None:
        """Take every function off, but for those that somebody has put another one over."""
        while self._placed:
            self._placed.pop().end()


class _Override:
    def __init__(self, owner: Any, name: str, around: Callable[..., Any]) -> None:
        _clear(owner, name)
        self.around: Callable[..., Any] | None = around
        self.replaced = vars(owner).get(name)
        self._owner, self._name = owner, name
        original = getattr(owner, name)

        @functools.wraps(original)
        def call(*arguments: Any, **keywords: Any) -> Any:
            around = self.around
            try:
                if around is None:
                    return original(*arguments, **keywords)
                return around(original, *arguments, **keywords)
            except BaseException as error:
                drop_own_frames(error)
                raise

        self.placed = staticmethod(call) if isinstance(self.replaced, staticmethod) else call
        _known[id(self.placed)] = self
        setattr(owner, name, self.placed)

    def end(self) -> None:
        self.around = None
        _clear(self._owner, self._name)


def clear_ended() -> None:
    """Take off what a tool has put back that had met ours while it was in place."""
    for override in list(_known.values()):
        if override.around is None:
            override.end()


# By the identity of what was put in place, which lives as long as its override.
_known: "WeakValueDictionary[int, _Override]" = WeakValueDictionary()


def _clear(owner: Any, name: str) -> None:
    """Take ended overrides off, down to what somebody else has put there or one that goes on."""
    while (placed := vars(owner).get(name)) is not None:
        found = _known.get(id(placed))
        if found is None or found.placed is not placed or found.around is not None:
            return
        if found.replaced is None:
            delattr(owner, name)
        else:
            setattr(owner, name, found.replaced)
