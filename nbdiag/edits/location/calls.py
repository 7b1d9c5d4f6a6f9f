"""Find the calls of a run in the text: fit, compile, the model's layers.

Call sites, recorded while the cell ran, go first; they are exact. Where there are none, or the
text is no longer the one that ran, the calls are found by names and matched with the live model.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nbdiag.edits.compose import Composed
from nbdiag.edits.live.edits import LiveEdits
from nbdiag.edits.location.layer_calls import LayerCalls
from nbdiag.schema.cell import CallSite
from nbdiag.schema.changes import Change
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.imports import keras_path
from nbdiag.syntax.model_trace import Made, Tracer
from nbdiag.syntax.refusal import Refused
from nbdiag.syntax.text.parsed_cell import ParsedCell
from nbdiag.syntax.text.scopes import Function, dotted


@dataclass(frozen=True)
class Located:
    """A complete cell with the run that it made and the changes that it should get.

    Attributes
    ----------
    edits
        What the changes make of the live training.
    """

    run: TrainingRun
    composed: Composed
    changes: tuple[Change, ...] = ()
    edits: LiveEdits = field(default_factory=LiveEdits)

    @property
    def page(self) -> ParsedCell:
        """The text."""
        return self.composed.page

    @cached_property
    def tracer(self) -> Tracer:
        """Follows names through the text."""
        return Tracer(self.page, self.composed.names)

    def at(self, site: CallSite | Missing) -> ast.Call | None:
        """Return the call at a site, None when the text has none there."""
        if isinstance(site, Missing) or self._stale:
            return None
        return self._at(site)

    def _at(self, site: CallSite) -> ast.Call | None:
        span = self.composed.place(site)
        return self.page.at(span) if span else None

    @cached_property
    def _stale(self) -> bool:
        """Whether the watched cell's text is another than the one that ran."""
        sites: list[tuple[CallSite | Missing, str]] = [(self.run.fit.site, "fit")]
        if not isinstance(self.run.compile, Missing):
            sites.append((self.run.compile.site, "compile"))
        if not isinstance(self.run.model, Missing):
            sites.append((self.run.model.site, ""))
            sites += [(item.site, "") for item in self.layers.live]
        for site, method in sites:
            if isinstance(site, Missing) or site.cell != self.run.cell.number:
                continue
            call = self._at(site)
            if call is None or (
                method and isinstance(call.func, ast.Attribute) and (call.func.attr != method)
            ):
                return True
        return False

    @cached_property
    def fit(self) -> ast.Call:
        """The call of ``fit`` that was watched."""
        call = self.at(self.run.fit.site)
        if call is not None and _is_method(call, "fit"):
            return call
        found = [call for call in self.page.calls if _is_method(call, "fit")]
        found = [call for call in found if self._may_be_model(call)]
        if variable := self._variable:
            found = [call for call in found if receiver(call) == variable] or found
        found = [call for call in found if self._trains(call)] or found
        if len(found) == 1:
            return found[0]
        if len(found) == self.run.fits and found:
            return found[self.run.fit_number - 1]
        raise Refused("the call of fit is not in reach" if not found else "several calls of fit")

    @property
    def _variable(self) -> str | None:
        return None if isinstance(self.run.model, Missing) else self.run.model.variable

    def _may_be_model(self, call: ast.Call) -> bool:
        """Whether what ``fit`` is called on is not known to come from another library."""
        value = call.func.value if isinstance(call.func, ast.Attribute) else None
        key = dotted(value) if value is not None else None
        if key is not None:
            found = self.tracer.binding(key, call)
            value = found[1] if found else None
        if not isinstance(value, ast.Call):
            return True
        path = self.composed.names.path(value.func)
        return path is None or keras_path(path) is not None

    @staticmethod
    def _trains(call: ast.Call) -> bool:
        named = {keyword.arg for keyword in call.keywords}
        return bool(named & {"epochs", "batch_size", "validation_data", "validation_split"})

    @cached_property
    def uses(self) -> tuple[ast.Call, ...]:
        """Every call that gives labels to the watched model: fit, evaluate and their kin."""
        key = receiver(self.fit)
        hidden = [node for node in ast.walk(self.page.tree) if node not in self.page.parents]
        if any(
            isinstance(node, ast.Call) and _labels(node) and receiver(node) == key
            for node in hidden
        ):
            raise Refused("the model is given labels in an f-string")
        others = () if key is None else filter(_labels, self.page.calls)
        return (
            self.fit,
            *(call for call in others if call is not self.fit and receiver(call) == key),
        )

    @cached_property
    def compile(self) -> ast.Call:
        """The call of ``compile`` that set the model up."""
        setup = self.run.compile
        call = None if isinstance(setup, Missing) else self.at(setup.site)
        if call is not None and _is_method(call, "compile"):
            return self.check_once(call)
        found = [call for call in self.page.calls if self._compiles(call)]
        if len(found) > 1:
            key, end = receiver(self.fit), self.page.span(self.fit)[0]
            before = [call for call in found if self.page.span(call)[0] < end]
            found = [call for call in before if receiver(call) == key][-1:] or [
                call for call in found if self._builder is self.page.function(call)
            ]
        if len(found) != 1:
            raise Refused(
                "several calls of compile could be meant"
                if found
                else ("the call of compile cannot be found")
            )
        return self.check_once(found[0])

    def _compiles(self, call: ast.Call) -> bool:
        if not _is_method(call, "compile") or not isinstance(call.func, ast.Attribute):
            return False
        return self.composed.names.path(call.func.value) is None and receiver(call) != "re"

    @cached_property
    def _builder(self) -> ast.AST | None:
        """The function that returns the watched model, None when there is none."""
        function = self.fit.func
        model = function.value if isinstance(function, ast.Attribute) else None
        key = dotted(model) if model else None
        found = self.tracer.binding(key, self.fit) if key else None
        value = found[1] if found else model
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            named = [
                node
                for node in self.page.nodes
                if isinstance(node, Function) and node.name == value.func.id
            ]
            return named[-1] if named else None
        return None

    def check_once(self, call: ast.Call) -> ast.Call:
        """Return the call; refuse one in a function that the text calls several times."""
        function = self.page.function(call)
        if function is not None:
            owner = self.page.parents[function]
            made = isinstance(owner, ast.ClassDef) and function.name == "__init__"
            name = owner.name if made and isinstance(owner, ast.ClassDef) else function.name
            users = [item for item in self.page.calls if _calls(item, name)]
            if len(users) > 1:
                raise Refused("{name} is called {count} times", name=name, count=len(users))
        return call

    @cached_property
    def layers(self) -> LayerCalls:
        """The calls that make the layers."""
        return LayerCalls(
            self.run, self.edits, self.composed.names, self.at, self._traced, self.check_once
        )

    def _traced(self) -> Sequence[Made]:
        """Follow the model from fit to the calls that make its layers."""
        function = self.fit.func
        return self.tracer.layers_of(function.value) if isinstance(function, ast.Attribute) else ()


def _labels(call: ast.Call) -> bool:
    """Whether a call gives labels to a model."""
    methods = ("fit", "evaluate", "train_on_batch", "test_on_batch")
    return any(_is_method(call, name) for name in methods)


def receiver(call: ast.Call) -> str | None:
    """Return the name on which a method is called."""
    return dotted(call.func.value) if isinstance(call.func, ast.Attribute) else None


def _is_method(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == name


def _calls(call: ast.Call, name: str) -> bool:
    text = dotted(call.func)
    return text is not None and text.split(".")[-1] == name
