"""The metric that a callback watches: which one is meant, and which way it should go."""

import difflib
import re

from nbdiag.keras_api.callbacks import CALLBACKS, with_trait
from nbdiag.keras_api.metrics import with_trait as accuracies
from nbdiag.language import say
from nbdiag.rules.crash.failure import fix_of
from nbdiag.schema.changes import SetCallArgument
from nbdiag.schema.finding import Fix
from nbdiag.schema.missing import Missing
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.calls import calls_in
from nbdiag.syntax.text.nodes import is_constant

_FALLS = re.compile(r"loss|err|mae|mse|rmse|mape|dist|diverg|perplex", re.IGNORECASE)
_WATCHERS = {name: CALLBACKS[name].index("monitor") for name in with_trait("monitors")}
_ALIASES = {"acc": tuple(sorted(accuracies("accuracy"))), "accuracy": ("acc",)}


def known_metric(run: TrainingRun, named: dict[str, str]) -> Fix | None:
    """Watch the metric that is meant; its name is the one that compile was given."""
    monitor = named.get("monitor", "")
    prefix = "val_" if monitor.startswith("val_") else ""
    inner = monitor.removeprefix("val_")
    held_out = run.fit.validation != "none"
    wanted = "loss" if prefix and held_out else None
    metrics = () if isinstance(run.compile, Missing) else run.compile.metrics
    for label in ("loss", *(item.label for item in metrics)):
        if label in _ALIASES.get(inner, ()) or difflib.get_close_matches(inner, [label], n=1):
            wanted = label
    for item in calls_in(run):
        if item.name not in _WATCHERS:
            continue
        node = item.argument(_WATCHERS[item.name], "monitor")
        if wanted and is_constant(node) and node.value == monitor:
            key = (prefix if held_out else "") + wanted
            title = say("Let {callback} watch {key}", callback=item.name, key=key)
            return fix_of(title, SetCallArgument(item.call, "monitor", f'"{key}"'))
    return None


def is_of_compile(run: TrainingRun, named: dict[str, str]) -> bool:
    """Whether the metric that is watched is one of those of compile."""
    inner = named.get("monitor", "").removeprefix("val_")
    metrics = () if isinstance(run.compile, Missing) else run.compile.metrics
    return any(item.label == inner for item in metrics)


def direction(run: TrainingRun, named: dict[str, str]) -> Fix | None:
    """Find which way a custom metric should go, by the words of its name."""
    monitor = named.get("monitor", "")
    mode = "min" if _FALLS.search(monitor) else "max"
    for item in calls_in(run):
        node = item.argument(_WATCHERS[item.name], "monitor") if item.name in _WATCHERS else None
        if is_constant(node) and node.value == monitor:
            title = say(
                'Let {callback} know the direction: mode="{mode}"', callback=item.name, mode=mode
            )
            return fix_of(title, SetCallArgument(item.call, "mode", f'"{mode}"'))
    return None
