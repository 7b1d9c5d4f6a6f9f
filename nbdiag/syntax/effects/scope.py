"""One scope of a function: what its lines change."""

import ast
import sys
from collections.abc import Iterable
from functools import singledispatchmethod

from nbdiag.syntax.effects.attributes import attribute, sets_only_itself
from nbdiag.syntax.effects.expressions import Expressions
from nbdiag.syntax.effects.libraries import changes_in_place, is_class_of_user, is_computing
from nbdiag.syntax.effects.namespace import Acts
from nbdiag.syntax.effects.value_sets import MADE, UNKNOWN, Value, either, entries, holding, known
from nbdiag.syntax.text.function_tree import Tree


class Scope(Expressions):
    """A scope whose statements can be read."""

    def run(self, node: Tree) -> Value:
        """Read a function; twice, as a name may be used above the line that makes it."""
        self._returned: list[Value] = []
        for _ in range(2):
            if isinstance(node, ast.Lambda):
                self._returned.append(self.value(node.body))
            else:
                self._read_all(node.body)
        return either(self._returned)

    def inner(self, node: ast.AST) -> "Scope":
        """Begin a scope within this one."""
        return Scope(self.reader, node, self.function, {}, self)

    def define(self, node: Tree) -> None:
        """Read a function that is made here; somebody will call it with something."""
        given = node.args
        for default in [*given.defaults, *(item for item in given.kw_defaults if item)]:
            self.value(default)
        single = [item for item in (given.vararg, given.kwarg) if item is not None]
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, *single]
        names = {item.arg: MADE for item in parameters}
        Scope(self.reader, node, self.function, names, self).run(node)

    def _read_all(self, statements: Iterable[ast.AST]) -> None:
        for statement in statements:
            self._read(statement)

    @singledispatchmethod
    def _read(self, node: ast.AST) -> None:
        self._read_all(ast.iter_child_nodes(node))

    @_read.register
    def _read_expression(self, node: ast.expr) -> None:
        self.value(node)

    @_read.register
    def _read_assignment(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.assign(target, value, node)

    @_read.register
    def _read_annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.value(node.value), node)

    @_read.register
    def _read_augmented(self, node: ast.AugAssign) -> None:
        added, target = self.value(node.value), node.target
        if not isinstance(target, ast.Name):
            self.assign(target, added, node)
            return
        before = self.lookup(target.id)
        if before.lasting and any(map(changes_in_place, before.objects)):
            raise Acts(f"changes {target.id}")
        self.bind(target.id, holding([entries(before), entries(added)]))

    @_read.register
    def _read_loop(self, node: ast.For | ast.AsyncFor) -> None:
        self.assign(node.target, self.iterated(node.iter))
        self._read_all([*node.body, *node.orelse])

    @_read.register
    def _read_block(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            entered = self.value(item.context_expr)
            for owner in entered.objects:
                if not is_class_of_user(type(owner)) and not is_computing(owner):
                    raise Acts(f"enters a {type(owner).__name__}")
                self.reader.use(owner, "__enter__", "__exit__")
            if item.optional_vars is not None:
                self.assign(item.optional_vars, entered)
        self._read_all(node.body)

    @_read.register
    def _read_return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._returned.append(self.value(node.value))

    @_read.register
    def _read_deletion(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.assign(target, MADE)

    @_read.register
    def _read_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.value(decorator)
        self.define(node)
        self.bind(node.name, MADE)

    @_read.register
    def _read_class(self, node: ast.ClassDef) -> None:
        self.inner(node)._read_all(node.body)  # noqa: SLF001 - of this class
        self.bind(node.name, MADE)

    @_read.register
    def _read_import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.split(".")[0]
            if alias.name not in sys.modules:
                raise Acts(f"imports {alias.name}")
            self.bind(alias.asname or name, known(sys.modules[name]))

    @_read.register
    def _read_import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            module = sys.modules.get(node.module or "")
            value = UNKNOWN if module is None else attribute(module, alias.name)
            part = sys.modules.get(f"{node.module}.{alias.name}")
            value = value if part is None else known(part)
            self.bind(alias.asname or alias.name, value)

    def assign(self, target: ast.AST, value: Value, statement: ast.AST | None = None) -> None:
        """Read an assignment to one target, of a whole statement where it is one."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, holding([value]))
        elif isinstance(target, ast.Tuple | ast.List):
            inner = entries(value)
            for item in target.elts:
                self.assign(item, either([inner, entries(inner)]))
        elif isinstance(target, ast.Attribute | ast.Subscript):
            self._set(target, value, statement)

    def _set(
        self, target: ast.Attribute | ast.Subscript, value: Value, statement: ast.AST | None
    ) -> None:
        """Read that an attribute or an entry is set, or deleted."""
        owner = self.value(target.value)
        if isinstance(target, ast.Subscript):
            self.value(target.slice)
        if owner.lasting and not self._can_be_put_back(owner, target, statement):
            raise Acts(f"changes {ast.unparse(target)}")
        # A container made here holds it from now on.
        if isinstance(target.value, ast.Name) and target.value.id in self.bound:
            self.bind(target.value.id, holding([value]))

    def _can_be_put_back(self, owner: Value, target: ast.AST, statement: ast.AST | None) -> bool:
        """Whether an assignment sets an attribute and nothing else; notes it, then."""
        if not isinstance(target, ast.Attribute) or statement is None or not owner.objects:
            return False
        if not all(sets_only_itself(item, target.attr) for item in owner.objects):
            return False
        parts = list(ast.walk(statement))
        if any(map(_makes_part, parts)):
            return False
        read = [part.attr for part in parts if isinstance(part, ast.Attribute)]
        read += [str(part.value) for part in parts if isinstance(part, ast.Constant)]
        if isinstance(statement, ast.AugAssign) or read.count(target.attr) > 1:
            name = self.function.__qualname__.rpartition("<locals>.")[2]
            self.reader.note_count(f"{name} counts in {ast.unparse(target)}")
        for item in owner.objects:
            self.reader.note_attribute(item, target.attr)
        return True


def _makes_part(node: ast.AST) -> bool:
    """Whether an expression makes what Keras notes when it is set: a variable, a layer."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name == "add_weight" or name[:1].isupper()
