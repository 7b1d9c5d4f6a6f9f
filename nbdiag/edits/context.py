"""What every change works with: the located cell, its edits, its style."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from nbdiag.edits.location.calls import Located
from nbdiag.edits.text import literals
from nbdiag.edits.text.arguments import list_items
from nbdiag.edits.text.call_arguments import CallEditor
from nbdiag.edits.text.qualified_name import Speller
from nbdiag.edits.text.text_edits import Edits
from nbdiag.keras_api.methods import METHODS, parameters
from nbdiag.schema.cell import Scalar
from nbdiag.schema.changes import Change
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.text.parsed_cell import ParsedCell


@dataclass
class EditContext:
    """One cell on the bench."""

    located: Located
    edits: Edits = field(default_factory=Edits)
    notes: list[str] = field(default_factory=list)
    _editors: dict[ast.Call, CallEditor] = field(default_factory=dict)
    _appended: dict[ast.List, list[str]] = field(default_factory=dict)

    @property
    def page(self) -> ParsedCell:
        """The text."""
        return self.located.page

    @property
    def run(self) -> TrainingRun:
        """The run that the cell made."""
        return self.located.run

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes that the cell is to get."""
        return self.located.changes

    @cached_property
    def quote(self) -> str:
        """The cell's quotation mark."""
        return literals.quote_of(self.page)

    @cached_property
    def speller(self) -> Speller:
        """Writes names of Keras and NumPy."""
        return Speller(self.page, self.located.composed.names)

    def resolve(self, node: ast.AST) -> str | None:
        """Return the path of a name in Keras."""
        return self.located.composed.names.resolve(node)

    def write(self, value: Scalar) -> str:
        """Write a value in the cell's style."""
        return literals.write(value, self.quote)

    def make(self, module: str, name: str, arguments: Mapping[str, Scalar], at: ast.AST) -> str:
        """Write a call that makes a Keras object."""
        given = literals.write_arguments(arguments, self.quote)
        first = (parameters(name) or ("",))[0] if module == "layers" else ""
        if first and next(iter(arguments), None) == first:
            given = given.removeprefix(f"{first}=")
        return f"{self.speller.keras(module, name, at)}({given})"

    def replace(self, node: ast.AST, text: str) -> None:
        """Put a text in the place of a node."""
        if self.page.text(node) != text:
            self.edits.replace(*self.page.span(node), text)

    def editor(self, call: ast.Call, name: str | None = None) -> CallEditor:
        """Return the editor of a call's arguments.

        Parameters
        ----------
        call
            The call.
        name
            Class or method that is called, where the text does not say it.
        """
        if call not in self._editors:
            path = self.resolve(call.func)
            name = name or (path.split(".")[-1] if path else None)
            order = METHODS.get(name or "") or parameters(name or "")
            self._editors[call] = CallEditor(
                self.page, call, order, self.located.tracer, self.edits
            )
        return self._editors[call]

    def assign(self, editor: CallEditor, name: str, value: Scalar) -> None:
        """Set an argument, leaving it as it is written when it has that value."""
        given = editor.get(name)
        if isinstance(given, ast.Constant) and type(given.value) is type(value):
            if given.value == value:
                return
            if isinstance(value, str):
                quote = "'" if self.page.text(given).endswith("'") else '"'
                editor.set(name, literals.write(value, quote))
                return
        editor.set(name, self.write(value))

    def append(self, node: ast.List, text: str) -> None:
        """Add an element to a list."""
        self._appended.setdefault(node, []).append(text)

    def neighbour(self, statement: ast.stmt, step: int) -> ast.stmt | None:
        """Return the statement before (-1) or after (1) another in its block."""
        parent = self.page.parents[statement]
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                place = block.index(statement) + step
                return block[place] if 0 <= place < len(block) else None
        return None

    @property
    def fit(self) -> CallEditor:
        """Arguments of the watched fit."""
        return self.editor(self.located.fit, "fit")

    @property
    def compile(self) -> CallEditor:
        """Arguments of compile."""
        return self.editor(self.located.compile, "compile")

    def finish(self) -> str:
        """Make all edits and give the new text."""
        for editor in self._editors.values():
            editor.flush()
        for node, texts in self._appended.items():
            list_items(self.page, node).append(texts, self.edits)
        self.speller.flush(self.edits)
        self._keep_comments()
        return self.edits.apply(self.page.source)

    def _keep_comments(self) -> None:
        """Put comments inside replaced text on separate lines above it."""
        for start, end, _ in self.edits.ranges():
            lost = [span for span in self.page.comments if start <= span[0] and span[1] <= end]
            if not lost:
                continue
            inside = [
                node
                for node in self.page.nodes
                if isinstance(node, ast.stmt)
                and self.page.line_start(self.page.statement_span(node)[0]) <= start
                and start < self.page.span(node)[1]
            ]
            first = min(start, *(self.page.span(node)[0] for node in inside[-1:]))
            indent = self.page.indent(first)
            texts = [f"{indent}{self.page.source[slice(*span)]}\n" for span in lost]
            self.edits.insert(self.page.line_start(first), "".join(texts))
