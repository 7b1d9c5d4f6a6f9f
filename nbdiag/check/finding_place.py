"""Where in a file a finding is: the call that a reader must look at."""

from nbdiag.schema.cell import CallSite
from nbdiag.schema.finding import Finding
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Model
from nbdiag.schema.run import TrainingRun

_OF_COMPILE = ("loss", "metrics", "optimizer", "learning_rate")
_OF_LAYERS = (
    "output_activation",
    "output_units",
    "hidden_activation",
    "initializer",
    "normalization",
    "regularization",
    "architecture",
)


def place_of(run: TrainingRun, finding: Finding) -> CallSite:
    """Return the call that a finding is about: of a layer, of compile, or of fit."""
    first = CallSite(run.cell.number, 1, 0, 1, 0)
    fit = run.fit.site if isinstance(run.fit.site, CallSite) else first
    compiled = fit if isinstance(run.compile, Missing) else run.compile.site
    if finding.aspect in _OF_COMPILE:
        return compiled if isinstance(compiled, CallSite) else fit
    if finding.aspect in _OF_LAYERS and isinstance(run.model, Model):
        return _layer_site(run.model, finding) or fit
    return fit


def _layer_site(model: Model, finding: Finding) -> CallSite | None:
    changes = [change for fix in finding.fixes for change in fix.changes]
    names = [getattr(change, "layer", getattr(change, "beside", "")) for change in changes]
    ends = [name for head in model.heads for name in (head.activation_layer, head.weights_layer)]
    sites = {layer.name: layer.site for layer in model.layers}
    wanted = [*names, *(ends if finding.aspect.startswith("output") else ())]
    found = next((sites[name] for name in wanted if name in sites), None)
    if isinstance(found, CallSite):
        return found
    return model.site if isinstance(model.site, CallSite) else None
