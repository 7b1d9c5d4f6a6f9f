"""The call that made each layer of a run."""

import ast
import builtins
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from nbdiag.edits.live.edits import LiveEdits
from nbdiag.edits.location.layer_match import Expected, align
from nbdiag.keras_api.layers import class_name
from nbdiag.schema.cell import CallSite
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.imports import Names
from nbdiag.syntax.model_trace import Made
from nbdiag.syntax.refusal import Refused

_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True)
class LayerCalls:
    """Finds the call of a layer: at its site, else by the names and arguments in the text.

    Attributes
    ----------
    edits
        What should differ in the model.
    at
        Gives the call at a site.
    traced
        Gives the calls that the text shows for the model, in the order of running.
    once
        Refuses a call that the text runs for several models.
    """

    run: TrainingRun
    edits: LiveEdits
    names: Names
    at: Callable[[CallSite | Missing], ast.Call | None]
    traced: Callable[[], Sequence[Made]]
    once: Callable[[ast.Call], ast.Call]

    def find(self, name: str) -> ast.Call:
        """Return the call that made a layer.

        Raises
        ------
        Refused
            When it is not known for certain.
        """
        if name in self._shared:
            return self._shared_call(name)
        found = self._found[0].get(name)
        if found is None:
            raise Refused("the call that makes the layer {name} cannot be found", name=name)
        return self.once(found)

    def first_of(self, name: str) -> bool:
        """Whether a layer is the first that its call makes: what is put in goes in once."""
        if name not in self._shared:
            return True
        site = next(item.site for item in self.live if item.name == name)
        return next(item.name for item in self.live if item.site == site) == name

    def has(self, name: str) -> bool:
        """Whether the live model has a layer of that name."""
        return any(item.name == name for item in self.live)

    @property
    def shaped(self) -> bool:
        """Whether the text has the layers that the changes put in or take out already."""
        return self._found[1]

    @cached_property
    def live(self) -> tuple[Layer, ...]:
        """The live layers, inputs left out."""
        if isinstance(self.run.model, Missing):
            return ()
        return tuple(item for item in self.run.model.layers if item.class_name != "InputLayer")

    @cached_property
    def _shared(self) -> frozenset[str]:
        """Names of layers that one call has made together with others."""
        sites = [(item.name, item.site) for item in self.live]
        known = Counter(site for _, site in sites if not isinstance(site, Missing))
        return frozenset(
            name for name, site in sites if not isinstance(site, Missing) and known[site] > 1
        )

    def _shared_call(self, name: str) -> ast.Call:
        """Return a call that makes several layers when all of them get the same changes."""
        item = next(item for item in self.live if item.name == name)
        twins = [other.name for other in self.live if other.site == item.site]
        call = self.at(item.site)
        alike = all(self.edits.of_layer(twin) == self.edits.of_layer(name) for twin in twins)
        if call is None or not alike or not self._makes(call, item):
            raise Refused(
                "one call makes {count} layers, {name} among them", count=len(twins), name=name
            )
        return call

    @cached_property
    def _found(self) -> tuple[dict[str, ast.Call], bool]:
        sited = self._by_site()
        if all(item.name in sited or item.name in self._shared for item in self.live):
            return sited, False
        named, shaped = self._by_name()
        taken = set(sited.values())
        named = {name: call for name, call in named.items() if call not in taken}
        return {**named, **sited}, shaped

    def _by_site(self) -> dict[str, ast.Call]:
        """Return the calls at the recorded sites, none at all when one makes something else."""
        found: dict[str, ast.Call] = {}
        for item in self.live:
            call = self.at(item.site)
            if call is None or item.name in self._shared:
                continue
            path = self.names.resolve(call.func)
            if path and path.startswith("layers.") and not self._makes(call, item):
                return {}
            if self._makes(call, item):
                found[item.name] = call
        return found

    def _makes(self, call: ast.Call, item: Layer) -> bool:
        """Whether a call is that of the layer's own class, and not of something that makes it."""
        wanted = class_name(item.class_name)
        path = self.names.resolve(call.func)
        if path is not None:
            return path == f"layers.{wanted}"
        if isinstance(call.func, ast.Attribute):
            return class_name(call.func.attr) == wanted
        # A class in a variable or a parameter; a builtin such as map makes layers on its way.
        return isinstance(call.func, ast.Name) and call.func.id not in _BUILTINS

    def _by_name(self) -> tuple[dict[str, ast.Call], bool]:
        if not self.live:
            return {}, False
        made = self.traced()
        before = _expected(self.live, self.edits)
        after = _reshaped(before, self.edits)
        chain = _is_chain(self.live)
        for layers, shaped in ((before, False), (after, True)):
            found = align(made, layers, self.names, chain=chain)
            if found is not None:
                return found, shaped and after != before
        return {}, False


def _is_chain(layers: Iterable[Layer]) -> bool:
    sources = [source for item in layers for source in item.inbound]
    return len(set(sources)) == len(sources) and all(len(item.inbound) <= 1 for item in layers)


def _expected(live: Iterable[Layer], edits: LiveEdits) -> list[Expected]:
    """Return the layers that the text should show before the changes."""
    return [
        Expected(item.name, class_name(item.class_name), item, edits.arguments.get(item.name, {}))
        for item in live
    ]


def _reshaped(layers: Iterable[Expected], edits: LiveEdits) -> list[Expected]:
    """Return the layers that the text shows when the changes have been made."""
    methods = {"rescale": "Rescaling", "standardize": "Normalization"}
    result = [Expected(None, methods[item.method]) for item in edits.scalings]
    for item in layers:
        name = item.name or ""
        result += [Expected(None, new.name) for new in edits.before.get(name, ())]
        if name in edits.replaced:
            result.append(Expected(None, edits.replaced[name].name))
        elif name not in edits.removed:
            result.append(item)
        result += [Expected(None, new.name) for new in reversed(edits.after.get(name, []))]
    return result
