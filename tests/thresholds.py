"""The thresholds of the rules, and recorded runs edited to lie on either side of them.

A threshold is a numeric constant of a module of `nbdiag.rules`. Its case says which number of a
recorded run is changed, and to which two values: the rule judges the two runs differently, and with
another constant it would judge one of them as it judges the other.
"""

import ast
import dataclasses
import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbdiag
import nbdiag.rules
from nbdiag.facts.cache import remembering
from nbdiag.rules import Skipped, all_rules
from nbdiag.rules.base import Rule
from nbdiag.schema.run import TrainingRun
from tests.recorded import RUNS, load

CASES = Path(__file__).resolve().parent / "rules" / "thresholds"
RULES = {rule.code: rule for rule in all_rules()}
NAME = re.compile(r"_?[A-Z][A-Z0-9_]*")
NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?")
CRASHED = ("crashed",)

Verdict = tuple[Any, ...]


@dataclass(frozen=True)
class Constant:
    """A number that a module of the rules gives a name.

    Attributes
    ----------
    code
        Of the rule that the module holds, or of the first one that uses the module.
    """

    code: str
    module: str
    name: str

    @property
    def value(self) -> float:
        return getattr(sys.modules[self.module], self.name)

    @property
    def label(self) -> str:
        """Name of the constant, with that of its module where this is not the rule's own."""
        if self.module == RULES[self.code].__module__:
            return self.name
        return f"{self.module.rpartition('.')[2]}.{self.name}"

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


@cache
def constants() -> tuple[Constant, ...]:
    """Find every numeric constant of the modules of rules."""
    found = []
    homes = {rule.__module__: code for code, rule in RULES.items()}
    for info in pkgutil.walk_packages(nbdiag.rules.__path__, "nbdiag.rules."):
        module = importlib.import_module(info.name)
        names = [
            target.id
            for node in tree_of(info.name).body
            for target in _targets(node)
            if isinstance(target, ast.Name) and NAME.fullmatch(target.id)
        ]
        numbers = [name for name in names if type(getattr(module, name)) in (int, float)]
        code = homes.get(info.name) or _user_of(info.name, homes)
        found += [Constant(code, info.name, name) for name in numbers]
    return tuple(sorted(found, key=str))


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _user_of(helper: str, homes: Mapping[str, str]) -> str:
    """Code of the first rule that a helper module serves."""
    reached, waiting = set(), {helper}
    while waiting:
        reached |= waiting
        waiting = {
            name for name in _rule_modules() for used in reached if used in _imports(name)
        } - reached
    return min((homes[name] for name in reached if name in homes), default="")


@cache
def _rule_modules() -> tuple[str, ...]:
    walked = pkgutil.walk_packages(nbdiag.rules.__path__, "nbdiag.rules.")
    return tuple(info.name for info in walked)


@cache
def tree_of(module: str) -> ast.Module:
    file = importlib.import_module(module).__file__
    return ast.parse(Path(file).read_text(encoding="utf-8"))


@cache
def _imports(module: str) -> frozenset[str]:
    return frozenset(
        node.module
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.ImportFrom) and node.module
    )


@cache
def _users() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """By module and name: the modules of rules that import the name, and what they call it."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for user in _rule_modules():
        for node in ast.walk(tree_of(user)):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    called = (user, alias.asname or alias.name)
                    found.setdefault((node.module, alias.name), []).append(called)
    return found


@contextmanager
def changed(constant: Constant, value: float) -> Iterator[None]:
    """Give a constant another value inside, in its module and wherever it was imported."""
    users = _users().get((constant.module, constant.name), ())
    places = [(sys.modules[constant.module], constant.name)]
    places += [(sys.modules[user], name) for user, name in users]
    kept = constant.value
    for module, name in places:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name in places:
            setattr(module, name, kept)


def times(value: float, factor: float) -> float:
    """Multiply a constant; a whole number stays one, and does not stay the same."""
    if isinstance(value, int):
        moved = int(value * factor)
        return moved if moved != value else value + (1 if factor > 1 else -1)
    return value * factor


def verdict(rule: type[Rule], run: TrainingRun) -> Verdict:
    """Judge a run; numbers in the texts, which thresholds themselves may be, are left out."""
    try:
        with remembering():
            found = list(rule().check(run))
    except Skipped:
        return ()
    except Exception:  # noqa: BLE001 - an edited run may be one that no training makes
        return CRASHED
    return tuple(
        (
            finding.role,
            finding.severity,
            finding.confidence,
            NUMBER.sub("#", finding.message),
            tuple((NUMBER.sub("#", fix.title), fix.safety) for fix in finding.fixes),
            tuple(NUMBER.sub("#", item.name) for item in finding.evidence),
            finding.supersedes if finding.code < "NBD800" else (),
        )
        for finding in found
    )


def proposal(rule: type[Rule], run: TrainingRun) -> str:
    """Say what the fixes of a rule would write, numbers and all."""
    try:
        with remembering():
            found = list(rule().check(run))
    except Skipped:
        return ""
    fixes = [
        dataclasses.asdict(change) for item in found for fix in item.fixes for change in fix.changes
    ]
    return ", ".join(str(value) for fields in fixes for value in fields.values())


def difference(one: Verdict, other: Verdict) -> str:
    """Name what the verdicts differ by: "fires", "severity", … or "evidence"."""
    if CRASHED in (one, other):
        return "crashes"
    if len(one) != len(other):
        return "fires"
    names = ("role", "severity", "confidence", "message", "fixes", "evidence", "supersedes")
    for place, name in enumerate(names):
        if [item[place] for item in one] != [item[place] for item in other]:
            return name
    return ""


@dataclass(frozen=True)
class Case:
    """Two runs on either side of a threshold.

    Attributes
    ----------
    run
        Name of the recorded run that is edited.
    paths
        What is changed: field names and places, "*" for every one of a tuple.
    how
        A key of `EDITS`.
    below, above
        Parameters of the edit on either side.
    changes
        What the verdicts on the two sides differ by.
    first
        Edits that both sides have: paths, a key of `EDITS`, and its parameter.
    proposes
        Of a number that no verdict hangs on, but that a fix proposes: what the fixes of this one
        run write.
    """

    run: str
    paths: tuple[str, ...] = ()
    how: str = "set"
    below: float = 0.0
    above: float = 0.0
    changes: str = "proposal"
    first: tuple[tuple[tuple[str, ...], str, float], ...] = ()
    proposes: str = ""

    def sides(self) -> tuple[TrainingRun, TrainingRun]:
        """Edit the run to lie below and above."""
        run = load(RUNS / f"{self.run}.json")
        for paths, how, to in self.first:
            run = edited(run, paths, how, to)
        below, above = (edited(run, self.paths, self.how, to) for to in (self.below, self.above))
        return below, above


def read_cases() -> dict[str, Case]:
    """Read all cases, by the constant (`str` of it)."""
    cases = {}
    for path in sorted(CASES.glob("*.json")):
        for name, fields in json.loads(path.read_text(encoding="utf-8")).items():
            fields["paths"] = tuple(fields.get("paths", ()))
            fields["first"] = tuple(
                (tuple(paths), how, to) for paths, how, to in fields.get("first", ())
            )
            cases[f"{path.stem.upper()} {name}"] = Case(**fields)
    return cases


def write_case(constant: Constant, case: Case) -> None:
    """Add a case to the file of its rule."""
    path = CASES / f"{constant.code.lower()}.json"
    held = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    plain = Case(case.run)
    held[constant.label] = {
        name: value
        for name, value in dataclasses.asdict(case).items()
        if name == "run" or value != getattr(plain, name)
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(held, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def notices(constant: Constant, case: Case, factor: float) -> bool:
    """Whether a case fails when its constant is another one."""
    return not missed(constant, case, (factor,))


def missed(constant: Constant, case: Case, factors: Iterable[float]) -> list[float]:
    """List the factors of a constant under which its case stays as it is."""
    ask = proposal if case.proposes else verdict
    rule, sides = RULES[constant.code], case.sides()

    def judged() -> list[Any]:
        return [ask(rule, side) for side in sides]

    def moved(factor: float) -> list[Any]:
        with changed(constant, times(constant.value, factor)):
            return judged()

    before = judged()
    return [factor for factor in factors if moved(factor) == before]


def _length(curve: tuple[float, ...], to: float) -> tuple[float, ...]:
    return (curve + curve[-1:] * int(to))[: int(to)]


def _bend(curve: tuple[float, ...], to: float) -> tuple[float, ...]:
    """Fall by another power of what the curve falls by."""
    first = curve[0]
    return tuple(first * (value / first) ** to if value / first > 0 else value for value in curve)


def _rest(curve: tuple[float, ...], to: float) -> tuple[float, ...]:
    return curve[:1] + tuple(value * to for value in curve[1:])


EDITS: dict[str, Callable[[Any, float], Any]] = {
    "set": lambda _, to: to,
    "put": lambda _, to: _plain(to),
    "write": lambda text, to: text.replace("NUMBER", f"{to:g}"),
    "scale": lambda curve, to: tuple(value * to for value in curve),
    "scale the last": lambda curve, to: (*curve[:-1], curve[-1] * to),
    "scale all but the first": _rest,
    "bend": _bend,
    "length": _length,
    "number": lambda items, to: (items * (int(to) // max(len(items), 1) + 1))[: int(to)],
}


def _plain(value: Any) -> Any:
    """Turn what JSON holds into what a run holds: tuples, and numbers as keys."""
    if isinstance(value, dict):
        return {int(key) if str(key).isdigit() else key: item for key, item in value.items()}
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def edited(run: TrainingRun, paths: tuple[str, ...], how: str, to: float) -> TrainingRun:
    """Change what stands at some paths of a run."""
    for path in paths:
        run = _edited(run, tuple(path.split(".")), lambda value: _moved(value, how, to))
    return run


def _moved(value: Any, how: str, to: Any) -> Any:
    """Edit a value; only "put" writes where no number is."""
    return (
        EDITS[how](value, to)
        if how in ("put", "write") or isinstance(value, int | float | tuple)
        else value
    )


def _edited(value: Any, path: tuple[str, ...], edit: Callable[[Any], Any]) -> Any:
    if not path:
        return edit(value)
    step, rest = path[0], path[1:]
    if dataclasses.is_dataclass(value):
        if not hasattr(value, step):
            return value  # what is missing stays so
        return dataclasses.replace(value, **{step: _edited(getattr(value, step), rest, edit)})
    if isinstance(value, tuple | list):
        places = range(len(value)) if step == "*" else [int(step) % max(len(value), 1)]
        items = [
            _edited(item, rest, edit) if at in places else item for at, item in enumerate(value)
        ]
        return type(value)(items)
    if isinstance(value, dict):
        return {
            key: _edited(item, rest, edit) if step in ("*", str(key)) else item
            for key, item in value.items()
        }
    return value
