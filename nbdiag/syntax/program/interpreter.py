"""Read a program statement after statement, function after function; nothing of it is run."""

import ast
from collections.abc import Callable, Sequence
from typing import ClassVar

from nbdiag.schema.cell import Cell
from nbdiag.syntax.program.branches import Branch
from nbdiag.syntax.program.domain import (
    Bound,
    ClassValue,
    DictValue,
    FunctionValue,
    Given,
    Imported,
    Instance,
    LibraryObject,
    ListValue,
    Mutable,
    Unknown,
    Value,
    is_plain,
    items_of,
)
from nbdiag.syntax.program.function_calls import End, Functions
from nbdiag.syntax.program.invocation import TooLong
from nbdiag.syntax.program.library_protocol import Library
from nbdiag.syntax.program.literal_arithmetic import combine, truth
from nbdiag.syntax.program.name_scope import Namespace
from nbdiag.syntax.text.parsed_cell import parse_cell

MOST_TURNS = 200
"""Turns of a loop that are followed one by one."""
MOST = 200_000
"""Expressions and statements that are read of one program."""


class Interpreter(Functions):
    """Reads the cells of a program in order.

    Parameters
    ----------
    library
        What the names of libraries mean.

    Attributes
    ----------
    names
        The names of the program, as they are after the cells read so far.
    ended
        Why nothing more is read, "" while reading goes on.
    """

    def __init__(self, library: Library, most: int = MOST) -> None:
        super().__init__(library, most)
        self.names = Namespace()
        self.ended = ""

    def read(self, cell: Cell) -> None:
        """Read a cell; one that is not Python changes nothing.

        Raises
        ------
        Refused
            When the text is not Python.
        """
        if self.ended:
            return
        page = parse_cell(cell.source)
        self.page, self.number = page, cell.number
        try:
            self.block(page.tree.body, self.names)
        except TooLong:
            self.ended = "the program is too long to be read to its end"
        except RecursionError:
            self.ended = "the program is nested too deeply to be read to its end"

    def block(self, body: Sequence[ast.stmt], scope: Namespace) -> End:
        """Read statements in order."""
        for place, statement in enumerate(body):
            doubts = self._doubts
            end = self.statement(statement, scope)
            if end is not End.NEXT:
                return end
            if self._doubts > doubts:
                return self._rest(body[place + 1 :], scope)
        return End.NEXT

    def _rest(self, body: Sequence[ast.stmt], scope: Namespace) -> End:
        """Read what follows a statement that may have left the function or the loop."""
        with self.journal.branch() as branch:
            end = self.block(body, scope)
        self.journal.unite([branch, Branch()])
        return end

    def statement(self, node: ast.stmt, scope: Namespace) -> End:
        """Read a statement."""
        self.spend()
        read = self._STATEMENTS.get(type(node))
        if read is None:
            return End.NEXT
        return read(self, node, scope) or End.NEXT

    def _expression(self, node: ast.Expr, scope: Namespace) -> None:
        self.value(node.value, scope)

    def _assignment(self, node: ast.Assign, scope: Namespace) -> None:
        value = self.value(node.value, scope)
        for target in node.targets:
            self.bind(target, value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Namespace) -> None:
        if node.value is not None:
            self.bind(node.target, self.value(node.value, scope), scope)

    def _augmented(self, node: ast.AugAssign, scope: Namespace) -> None:
        now = ast.copy_location(node.target, node.target)
        before = self.value(now, scope)
        more = self.value(node.value, scope)
        if isinstance(before, ListValue) and isinstance(node.op, ast.Add):
            given = Given((more,), {}, complete=True, site=self.site(node))
            self.call(Bound(before, "extend"), given)
            return
        self.bind(node.target, combine(node.op, before, more), scope)

    def bind(self, target: ast.expr, value: Value, scope: Namespace) -> None:
        """Bind a value to the target of an assignment."""
        if isinstance(target, ast.Name):
            home = scope.outside.get(target.id, scope)
            self.journal.touch(home)
            home.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Attribute):
            self._assign_attribute(self.value(target.value, scope), target.attr, value)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value, scope)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, Unknown(), scope)

    def _unpack(self, targets: list[ast.expr], value: Value, scope: Namespace) -> None:
        items = items_of(value)
        starred = any(isinstance(item, ast.Starred) for item in targets)
        if items is None or starred or len(items) != len(targets):
            items = [self.library.attribute(value, str(n)) for n in range(len(targets))]
            items = [Unknown() if item is None or starred else item for item in items]
        for target, item in zip(targets, items, strict=True):
            self.bind(target, item, scope)

    def _assign_attribute(self, owner: Value, name: str, value: Value) -> None:
        if isinstance(owner, Mutable):
            self.journal.touch(owner)
        if isinstance(owner, Instance):
            owner.names[name] = value
        elif isinstance(owner, ClassValue):
            owner.names[name] = value
            return
        if isinstance(owner, Instance | LibraryObject):
            self.library.assign(owner, name, value)

    def _assign_item(self, target: ast.Subscript, value: Value, scope: Namespace) -> None:
        owner = self.value(target.value, scope)
        if isinstance(target.slice, ast.Slice):
            key: Value = Unknown()
        else:
            key = self.value(target.slice, scope)
        if isinstance(owner, Mutable):
            self.journal.touch(owner)
        if isinstance(owner, Mutable):
            _set_item(owner, key, value)
        elif isinstance(owner, Imported):
            self.library.assign(owner, str(key), value)

    def _deletion(self, node: ast.Delete, scope: Namespace) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.bind(target, Unknown("it was deleted"), scope)

    def _condition(self, node: ast.If, scope: Namespace) -> End:
        known = truth(self.value(node.test, scope))
        if known is not None:
            return self.block(node.body if known else node.orelse, scope)
        return self._one_of([node.body, node.orelse], scope)

    def _one_of(self, bodies: Sequence[Sequence[ast.stmt]], scope: Namespace) -> End:
        """Read blocks of which one is taken."""
        ends: list[End] = []
        branches: list[Branch] = []
        for body in bodies:
            with self.journal.branch() as branch:
                ends.append(self.block(body, scope))
            branch.left = ends[-1] is not End.NEXT
            branches.append(branch)
        self.journal.unite(branches)
        if all(end is not End.NEXT for end in ends):
            return ends[0] if len(set(ends)) == 1 else End.FUNCTION
        self._doubts += any(end in (End.TURN, End.LOOP, End.FUNCTION) for end in ends)
        return End.NEXT

    def _perhaps(self, body: Sequence[ast.stmt], scope: Namespace) -> None:
        """Read a block that may be passed over, or run more than once."""
        with self.journal.branch() as branch:
            self.block(body, scope)
        self.journal.unite([branch, Branch()])

    def _for(self, node: ast.For | ast.AsyncFor, scope: Namespace) -> End:
        items = items_of(self.value(node.iter, scope), MOST_TURNS)
        if items is None:
            with self.journal.branch() as branch:
                self.bind(node.target, Unknown("a loop gives it"), scope)
                self.block(node.body, scope)
            self.journal.unite([branch, Branch()])
            return End.NEXT
        for item in items:
            self.bind(node.target, item, scope)
            doubts = self._doubts
            end = self.block(node.body, scope)
            if end is End.LOOP:
                return End.NEXT
            if end in (End.FUNCTION, End.PROGRAM):
                return end
            if self._doubts > doubts:
                # Whether the loop goes on is not known, nor what it changes from here on.
                self._perhaps(node.body, scope)
                break
        return self.block(node.orelse, scope)

    def _while(self, node: ast.While, scope: Namespace) -> None:
        if truth(self.value(node.test, scope)) is not False:
            self._perhaps(node.body, scope)

    def _try(self, node: ast.Try, scope: Namespace) -> End:
        end = self.block(node.body, scope)
        if end is End.NEXT:
            end = self.block(node.orelse, scope)
        for handler in node.handlers:
            self._perhaps(handler.body, scope)
        last = self.block(node.finalbody, scope)
        return end if last is End.NEXT else last

    def _with(self, node: ast.With | ast.AsyncWith, scope: Namespace) -> End:
        for item in node.items:
            self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, Unknown(), scope)
        return self.block(node.body, scope)

    def _match(self, node: ast.Match, scope: Namespace) -> End:
        self.value(node.subject, scope)
        return self._one_of([*(case.body for case in node.cases), []], scope)

    def _import(self, node: ast.Import, scope: Namespace) -> None:
        self.journal.touch(scope)
        for alias in node.names:
            first = alias.name.partition(".")[0]
            scope.names[alias.asname or first] = Imported(alias.name if alias.asname else first)

    def _import_from(self, node: ast.ImportFrom, scope: Namespace) -> None:
        self.journal.touch(scope)
        module = node.module or ""
        for alias in node.names:
            if alias.name == "*":
                scope.starred.append(module)
            elif module and not node.level:
                scope.names[alias.asname or alias.name] = Imported(f"{module}.{alias.name}")
            else:
                scope.names[alias.asname or alias.name] = Unknown("a file of the user has it")

    def _outside(self, node: ast.Global | ast.Nonlocal, scope: Namespace) -> None:
        for name in node.names:
            home = scope.root
            outer = scope.outer
            while isinstance(node, ast.Nonlocal) and outer is not None:
                if name in outer.names:
                    home = outer
                    break
                outer = outer.outer
            scope.outside[name] = home

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Namespace) -> None:
        kind = scope.names.get("__class__") if "__class__" in scope.names else None
        made = FunctionValue(
            node,
            (self.page, self.number),
            scope,
            self.defaults(node, scope),
            kind if isinstance(kind, ClassValue) else None,
        )
        value: Value = made
        for decorator in reversed(node.decorator_list):
            value = self._decorated(value, self.value(decorator, scope), node)
        self.journal.touch(scope)
        scope.outside.get(node.name, scope).names[node.name] = value

    def _decorated(self, value: Value, decorator: Value, node: ast.stmt) -> Value:
        if isinstance(decorator, FunctionValue | ClassValue):
            given = Given((value,), {}, complete=True, site=self.site(node))
            return self.call(decorator, given)
        return value if isinstance(decorator, Imported | LibraryObject) else Unknown()

    def _class(self, node: ast.ClassDef, scope: Namespace) -> None:
        kind = ClassValue(node.name, tuple(self.value(base, scope) for base in node.bases))
        inner = Namespace({"__class__": kind}, scope)
        self.block(node.body, inner)
        kind.names = {name: item for name, item in inner.names.items() if name != "__class__"}
        kind.fields = tuple(
            item.target.id
            for item in node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        )
        self.journal.touch(scope)
        scope.names[node.name] = kind

    def _return(self, node: ast.Return, scope: Namespace) -> End:
        value = None if node.value is None else self.value(node.value, scope)
        if self._returned:
            self._returned[-1].append(value)
        return End.FUNCTION

    _STATEMENTS: ClassVar[dict[type[ast.AST], Callable[..., End | None]]] = {
        ast.Expr: _expression,
        ast.Assign: _assignment,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Delete: _deletion,
        ast.If: _condition,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.Try: _try,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Match: _match,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.Global: _outside,
        ast.Nonlocal: _outside,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.Return: _return,
        ast.Raise: lambda *_: End.PROGRAM,
        ast.Break: lambda *_: End.LOOP,
        ast.Continue: lambda *_: End.TURN,
    }


def _set_item(owner: Mutable, key: Value, value: Value) -> None:
    """Set an item; where it is not clear which one, nothing is known of the others either."""
    if isinstance(owner, DictValue) and is_plain(key):
        owner.items[key] = value
        return
    if isinstance(owner, ListValue) and isinstance(key, int) and abs(key) < len(owner.items):
        owner.items[key] = value
        return
    owner.spoiled = owner.spoiled or "an item of it is set that the text does not show"
