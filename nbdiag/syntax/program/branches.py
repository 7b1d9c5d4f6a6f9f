"""What holds after a branch that may or may not be taken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nbdiag.syntax.program.domain import Mutable, State

MAYBE = "a branch that may not be taken changes it"


@dataclass
class Branch:
    """What a branch has changed.

    Attributes
    ----------
    before, after
        States of the values that it has changed.
    left
        Whether it ends by leaving the function or the loop.
    """

    before: dict[int, tuple[Mutable, State]] = field(default_factory=dict)
    after: dict[int, State] = field(default_factory=dict)
    left: bool = False


class Journal:
    """Notes what is changed, so that it can be put back."""

    def __init__(self) -> None:
        self._open: list[Branch] = []

    def touch(self, value: Mutable) -> None:
        """Note a value that is about to change."""
        if self._open and id(value) not in self._open[-1].before:
            self._open[-1].before[id(value)] = (value, value.state())

    @contextmanager
    def branch(self) -> Iterator[Branch]:
        """Run a branch; what it has changed is put back at its end."""
        branch = Branch()
        self._open.append(branch)
        try:
            yield branch
        finally:
            self._open.pop()
            for key, (value, state) in branch.before.items():
                branch.after[key] = value.state()
                value.restore(state)

    def unite(self, branches: list[Branch], reason: str = MAYBE) -> None:
        """Go on after branches of which one was taken; two at most."""
        going = [branch for branch in branches if not branch.left] or branches
        changed = {key: item for branch in going for key, item in branch.before.items()}
        for key, (value, before) in changed.items():
            self.touch(value)
            states = [branch.after.get(key, before) for branch in going]
            value.restore(states[0])
            for state in states[1:]:
                value.unite(value.state(), state, reason)

    def alternatives(self, *bodies: Callable[[], bool]) -> list[Branch]:
        """Run bodies of which one is taken, and go on after them.

        Parameters
        ----------
        bodies
            Each returns whether it leaves the function or the loop.
        """
        branches: list[Branch] = []
        for body in bodies:
            with self.branch() as branch:
                branch.left = body()
            branches.append(branch)
        self.unite(branches)
        return branches
