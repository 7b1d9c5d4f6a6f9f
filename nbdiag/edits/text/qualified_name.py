"""Write a name of Keras or NumPy in the notebook's own style, with the import that it needs."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from nbdiag.edits.text.text_edits import Edits
from nbdiag.syntax.imports import MODULES, ROOTS, Names, keras_path
from nbdiag.syntax.text.parsed_cell import ParsedCell
from nbdiag.syntax.text.scopes import Function, binds


@dataclass
class Speller:
    """Spells names for one cell and remembers which imports they need."""

    page: ParsedCell
    names: Names
    wanted: dict[str, int] = field(default_factory=dict)

    def keras(self, module: str, name: str, at: ast.AST) -> str:
        """Spell a class or function of Keras.

        Parameters
        ----------
        module
            Module of Keras 3: "layers", "losses" …
        name
            What is wanted of it.
        at
            Node beside which the name will stand.
        """
        hidden = self._hidden(at)
        paths = {item: self._path(item) for item in self._ranked() if item not in hidden}
        return (
            self._bound(paths, module, name)
            or self._named(self._imported_style(module), module, name, at)
            or self._rooted(paths, module, name)
            or self._named(self._imported_style(None), module, name, at)
            or self._beside_module(paths, module, name, at)
            or self._import("import keras", f"keras.{module}.{name}", at)
        )

    @staticmethod
    def _bound(paths: Mapping[str, str | None], module: str, name: str) -> str | None:
        """Spell it by a name bound to it, or to its module."""
        for item, path in paths.items():
            if path == f"{module}.{name}":
                return item
        return next((f"{item}.{name}" for item, path in paths.items() if path == module), None)

    def _named(self, style: str | None, module: str, name: str, at: ast.AST) -> str | None:
        """Import it by its own name, where the notebook does so."""
        if style is None or name in self.names.taken:
            return None
        return self._import(f"from {style}.{module} import {name}", name, at)

    def _rooted(self, paths: Mapping[str, str | None], module: str, name: str) -> str | None:
        """Spell it from the name of Keras or of TensorFlow."""
        for item, path in paths.items():
            if path == "":
                return f"{item}.{module}.{name}"
            if self.names.known.get(item) == "tensorflow":
                return f"{item}.keras.{module}.{name}"
        return None

    def _beside_module(
        self, paths: Mapping[str, str | None], module: str, name: str, at: ast.AST
    ) -> str | None:
        """Import its module, where the notebook imports modules of Keras."""
        for item in paths:
            split = keras_path(self._full(item) or "")
            if split and split[1] in MODULES and module not in self.names.taken:
                return self._import(f"from {split[0]} import {module}", f"{module}.{name}", at)
        return None

    def numpy(self, at: ast.AST) -> str:
        """Spell NumPy."""
        return self._module("numpy", "np", at)

    def pandas(self, at: ast.AST) -> str:
        """Spell pandas."""
        return self._module("pandas", "pd", at)

    def _module(self, name: str, usual: str, at: ast.AST) -> str:
        for item in self._ranked():
            if self._full(item) == name:
                return item
        return self._import(f"import {name} as {usual}", usual, at)

    def flush(self, edits: Edits) -> None:
        """Put the new imports next to the cell's own, above their first use."""
        for line, first_use in self.wanted.items():
            before = [
                statement
                for statement in self.page.tree.body
                if isinstance(statement, ast.Import | ast.ImportFrom)
                and self.page.span(statement)[0] < first_use
            ]
            related = [item for item in before if self._is_keras(item)] if "keras" in line else []
            if not before:
                edits.insert_first(self.page.body_start, f"{line}\n")
                continue
            last = (related or before)[-1]
            start, end = self.page.span(last)
            if self.page.ends_line(end):
                edits.insert(self.page.line_end(end), f"\n{line}")
            else:
                edits.insert(self.page.line_start(start), f"{line}\n")

    def _import(self, line: str, text: str, at: ast.AST) -> str:
        start = self.page.span(at)[0]
        self.wanted[line] = min(start, self.wanted.get(line, start))
        return text

    def _ranked(self) -> list[str]:
        """Names that stand for something imported: used in the cell first, then imported here."""
        used = {node.id for node in ast.walk(self.page.tree) if isinstance(node, ast.Name)}
        known = [name for name in self.names.known if name not in self.names.taken]
        guessed = [name for name in sorted(used) if self._is_guess(name)]
        known = [*reversed(known), *guessed]
        return sorted(known, key=lambda name: (name not in used, name not in self.names.here))

    def _is_guess(self, name: str) -> bool:
        return name not in self.names.known and self._full(name) is not None

    def _full(self, name: str) -> str | None:
        return self.names.path(ast.Name(name, ast.Load()))

    def _path(self, name: str) -> str | None:
        """Return the place of a name in Keras: "" for Keras itself, None when it is elsewhere."""
        full = self._full(name)
        split = keras_path(full) if full else None
        if split is None:
            return None
        return self.names.resolve(ast.Name(name, ast.Load())) if split[1] else ""

    def _imported_style(self, module: str | None) -> str | None:
        """Root of Keras from which the cell imports classes by name, None when it does not."""
        used = {node.id for node in ast.walk(self.page.tree) if isinstance(node, ast.Name)}
        for name in self._ranked():
            split = keras_path(self._full(name) or "")
            if split is None or not (name in used or name in self.names.here):
                continue
            if split[1].count(".") and (module is None or split[1].split(".")[0] == module):
                return split[0]
        return None

    def _hidden(self, at: ast.AST) -> set[str]:
        """Names that a function around a node binds for itself."""
        names: set[str] = set()
        for parent in self.page.above(at):
            if isinstance(parent, Function):
                every = [*parent.args.posonlyargs, *parent.args.args, *parent.args.kwonlyargs]
                names |= {item.arg for item in every}
                for statement in parent.body:
                    if not isinstance(statement, ast.Import | ast.ImportFrom):
                        names |= binds(statement)
        return names

    def _is_keras(self, statement: ast.Import | ast.ImportFrom) -> bool:
        if isinstance(statement, ast.ImportFrom):
            return (statement.module or "").startswith((*ROOTS, "tensorflow"))
        return any(alias.name.startswith((*ROOTS, "tensorflow")) for alias in statement.names)
