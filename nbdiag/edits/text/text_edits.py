"""Edits collected against one text and made at once."""

from dataclasses import dataclass, field

from nbdiag.syntax.refusal import Refused


@dataclass
class Edits:
    """Replacements of ranges of a text, in any order.

    Insertions at one offset stand in the order in which they were asked for; of two wraps of
    one range the later stands outside.
    """

    made: list[tuple[int, int, str]] = field(default_factory=list)
    _first: list[tuple[int, int, str]] = field(default_factory=list)
    _wraps: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of a range."""
        if (start, end, text) not in self.made or start == end:
            self.made.append((start, end, text))

    def insert(self, offset: int, text: str) -> None:
        """Put a text before the character at an offset."""
        self.made.append((offset, offset, text))

    def insert_first(self, offset: int, text: str) -> None:
        """Put a text at an offset, ahead of all that is inserted there."""
        self._first.append((offset, offset, text))

    def remove(self, start: int, end: int) -> None:
        """Take a range out."""
        self.replace(start, end, "")

    def wrap(self, start: int, end: int, before: str, after: str) -> None:
        """Put a text on each side of a range."""
        inner = self._wraps.get((start, end), ("", ""))
        self._wraps[start, end] = (before + inner[0], inner[1] + after)

    def apply(self, source: str) -> str:
        """Return the edited text.

        Raises
        ------
        Refused
            When two edits meet in one place.
        """
        every = [*self._first, *self.made]
        for (start, end), (before, after) in self._wraps.items():
            every = [(end, end, after), *every, (start, start, before)]
        parts: list[str] = []
        place = 0
        for start, end, text in sorted(every, key=lambda edit: (edit[0], edit[1] > edit[0])):
            if start < place:
                raise Refused("two of the changes meet at one place of the text")
            parts += [source[place:start], text]
            place = end
        return "".join([*parts, source[place:]])

    def ranges(self) -> list[tuple[int, int, str]]:
        """All ranges that are replaced or removed."""
        return [edit for edit in self.made if edit[1] > edit[0]]
