"""What every part of the migration works with: the text, its names, its edits."""

import ast
from collections.abc import Collection
from dataclasses import dataclass, field

from nbdiag.edits.text.arguments import arguments, call_items
from nbdiag.edits.text.text_edits import Edits
from nbdiag.keras_api.renamed.paths import path_today
from nbdiag.language import say
from nbdiag.syntax.imports import Names, keras_path
from nbdiag.syntax.text.parsed_cell import ParsedCell

_ROOTS = {
    "tensorflow.python.keras": "tensorflow.keras",
    "tensorflow.contrib.keras.api.keras": "tensorflow.keras",
    "tensorflow.contrib.keras": "tensorflow.keras",
}


def split_path(path: str) -> tuple[str, str] | None:
    """Split a full path into the root that Keras has today and the rest; None for others.

    ``tf_keras`` is Keras 2 itself: nothing of it is old.
    """
    for old, new in _ROOTS.items():
        if path == old or path.startswith(old + "."):
            return new, path[len(old) + 1 :]
    found = keras_path(path)
    return None if found is None or found[0] == "tf_keras" else found


@dataclass
class MigrationContext:
    """One text under migration.

    Attributes
    ----------
    notes
        What could not be written.
    done
        Nodes whose text has been written already.
    put_for
        For a name that an import binds: the names that stand in its place now.
    wanted
        Imports to add: module and name.
    """

    page: ParsedCell
    names: Names
    edits: Edits
    quote: str = '"'
    notes: list[str] = field(default_factory=list)
    done: set[ast.AST] = field(default_factory=set)
    put_for: dict[str, list[str]] = field(default_factory=dict)
    wanted: dict[tuple[str, str], int] = field(default_factory=dict)

    def place(self, node: ast.AST) -> tuple[str, str] | None:
        """Return root and path of a name as it was written, None when it is not Keras."""
        path = self.names.path(node)
        return split_path(path) if path else None

    def note(self, text: str) -> None:
        """Add a note once."""
        text = say(text)
        if text not in self.notes:
            self.notes.append(text)

    def rename(self, keyword: ast.keyword, name: str) -> None:
        """Rename an argument."""
        start = self.page.span(keyword)[0]
        if keyword.arg is not None and keyword.arg != name:
            self.edits.replace(start, start + len(keyword.arg), name)

    def put(self, node: ast.AST, text: str) -> None:
        """Put a text in the place of a node."""
        if self.page.text(node) != text:
            self.edits.replace(*self.page.span(node), text)

    def string(self, node: ast.AST, value: str) -> None:
        """Put a text constant in the place of another, with its quotation mark."""
        old = self.page.text(node)
        mark = old[-1] if old[-1:] in ("'", '"') else self.quote
        self.put(node, f"{mark}{value}{mark}")

    def remove(self, call: ast.Call, unwanted: Collection[ast.AST]) -> None:
        """Take arguments out of a call."""
        given = arguments(self.page, call)
        items = call_items(self.page, call)
        places = [place for place, item in enumerate(given) if item in unwanted]
        kept = [place for place in range(len(given)) if place not in places]
        if not places:
            return
        if not kept:
            self.edits.remove(items.spans[0][0], items.spans[-1][1])
            comma = self.page.next(items.spans[-1][1])
            if comma.text == ",":
                self.edits.remove(comma.start, comma.end)
            return
        for place in places:
            following = [other for other in kept if other > place]
            if following:
                self.edits.remove(items.spans[place][0], items.spans[place + 1][0])
        tail = [place for place in places if place > kept[-1]]
        if tail:
            self.edits.remove(items.spans[kept[-1]][1], items.spans[tail[-1]][1])

    def add(self, call: ast.Call, text: str) -> None:
        """Add an argument to a call."""
        call_items(self.page, call).append([text], self.edits)

    def spelled(self, node: ast.AST, new: str, root: str) -> str:
        """Write a path of Keras as the name at a node would be written today.

        Parameters
        ----------
        node
            The text: ``K.mean``, ``np_utils.to_categorical``, ``rmsprop``.
        new
            Path today, relative to the root.
        root
            Root of Keras.
        """
        text = self.page.text(node)
        first = text.split(".")[0].strip()
        path = self.names.path(ast.Name(first, ast.Load())) or ""
        whole = f"{root}.{new}"
        split = split_path(path)
        moved = split is not None and bool(split[1]) and path_today(split[1]) != split[1]
        if path and not moved and whole.startswith(path + "."):
            return first + whole[len(path) :]
        if moved:
            name = new.rpartition(".")[2]
            if path.rpartition(".")[2] != first:  # imported under another name, which stays
                return f"{first}.{name}" if "." in text else text
            self.put_for.setdefault(first, []).append(whole)
            if first not in self.names.here:
                self.imported(root, new, node)
            return name
        return self.imported(root, new, node)

    def imported(self, root: str, new: str, at: ast.AST) -> str:
        """Write a path of Keras with an import for it."""
        module, _, name = new.rpartition(".")
        if module in ("ops", "random"):
            if module == "random":
                self.wanted.setdefault((root, ""), self.page.span(at)[0])
                return f"{root.rpartition('.')[2]}.{new}"
            self.wanted.setdefault((root, module), self.page.span(at)[0])
            return f"{module}.{name}"
        self.wanted.setdefault(
            (f"{root}.{module}" if module else root, name), self.page.span(at)[0]
        )
        return name

    def flush(self) -> None:
        """Write the imports that were wanted and are not there."""
        for (module, name), first in self.wanted.items():
            if self._has(module, name):
                continue
            line = f"from {module} import {name}" if name else f"import {module}"
            self._insert(line, first)

    def _has(self, module: str, name: str) -> bool:
        bound = name or module.split(".", maxsplit=1)[0]
        return self.names.known.get(bound) == (f"{module}.{name}" if name else module)

    def _insert(self, line: str, first: int) -> None:
        page = self.page
        before = [
            item
            for item in page.tree.body
            if isinstance(item, ast.Import | ast.ImportFrom) and page.span(item)[0] < first
        ]
        keras = [item for item in before if "keras" in page.text(item)]
        if not before:
            self.edits.insert_first(page.body_start, f"{line}\n")
            return
        end = page.span((keras or before)[-1])[1]
        if page.ends_line(end):
            self.edits.insert(page.line_end(end), f"\n{line}")
        else:
            self.edits.insert(page.line_start(page.span(before[-1])[0]), f"{line}\n")
