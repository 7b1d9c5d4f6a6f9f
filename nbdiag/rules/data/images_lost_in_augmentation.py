"""NBD427: augmentation after which the pictures show nothing any more."""

import math
from collections.abc import Iterator, Sequence

from nbdiag.facts.model.graph import NORMALIZING
from nbdiag.facts.optimization.step_size import rounded
from nbdiag.facts.training.verdict import ending_of, first_probe
from nbdiag.keras_api.layers import LAYERS, layer_class, with_role
from nbdiag.language import say
from nbdiag.rules.base import Rule, Skipped, known
from nbdiag.schema.changes import RemoveLayer, SetLayerArgument, WriteInPlace
from nbdiag.schema.finding import Evidence, Finding, Fix, Severity
from nbdiag.schema.missing import Missing
from nbdiag.schema.model import Layer, Model
from nbdiag.schema.probe import PictureProbe
from nbdiag.schema.run import TrainingRun
from nbdiag.syntax.call_sites import call_at, site_of, text_of
from nbdiag.syntax.calls import CellCall, calls_in

LOST = 0.2  # of the pictures
SHIFT = 2.0  # ranges of all pictures, on average
LIKENESS = 0.1  # correlation of a picture with itself under noise
MILD = 0.1  # noise of a tenth of the range leaves pictures readable
BLANK = 0.05  # of the validation images: more are blank by themselves
AUGMENTATION, NOISE = with_role("augmentation"), with_role("noise")
RANGED = frozenset(name for name in AUGMENTATION if "value_range" in LAYERS[name].parameters)
"""Layers whose changes are shares of ``value_range``, and that cut at its ends."""
FUNCTIONS = frozenset(
    f"{prefix}{name}"
    for prefix in ("adjust_", "random_", "stateless_random_")
    for name in ("brightness", "contrast", "gamma", "hue", "saturation")
)


class ImagesLostInAugmentation(Rule):
    """Augmentation leaves nothing of the pictures that the model is trained on.

    What it finds
    -------------
    A layer that acts in training alone, in front of all weights, and does one of three things to
    pictures of the first batch: a share of them hardly differs from pixel to pixel any more (black,
    white), their brightness moves by several times the range of all pictures, or what noise leaves
    has next to nothing in common with the picture. Turned, flipped, cut, moved and partly covered
    pictures keep their spread and are not meant. Of a pipeline that augments (``map``) the images
    that it hands over are compared with those of the validation side: a share has one value
    everywhere, where those do not.

    Why it hurts
    ------------
    The model learns from pictures that show nothing, and is asked about the others: the training
    loss stays at chance, or the validation loss does not follow it. The code looks right, because
    ``predict`` and ``evaluate`` leave augmentation out. The usual reason is ``value_range``: it is
    (0, 255) unless it is set, and a change of 0.2 is then one of 51 for pictures between 0 and 1.

    Example
    -------
    ::

        layers.Rescaling(1 / 255),
        layers.RandomBrightness(0.2),

    Use instead
    -----------
    ::

        layers.Rescaling(1 / 255),
        layers.RandomBrightness(0.2, value_range=(0, 1)),

    Fix safety
    ----------
    review: the range is read off one batch of pictures. Without an argument that is known to be
    wrong the layer is taken out.

    Thresholds and their source
    ---------------------------
    A fifth of the pictures that keep less than a twentieth of their spread, a mean shift of two
    ranges, or a correlation below 0.1 with noise. Measured on recorded programs: with the range of
    bytes 0.52 and 1.00 lost, or a shift of 94 ranges; healthy ones (moved by 0.2, zoomed by 0.3,
    brightness 0.3, contrast 0.5) lose none and shift by 0.2 at most, a tenth of spatial dropout on
    one channel loses 0.14, and noise of a tenth leaves a correlation of 0.8. In a pipeline a fifth
    of the images, too, where at most a twentieth of the validation images have one value.
    Information only where the training works.

    References
    ----------
    Keras documentation of ``RandomBrightness`` and ``RandomContrast``, ``value_range``.
    """

    code = "NBD427"
    name = "images-lost-in-augmentation"
    aspect = "inputs"
    severity = "error"
    confidence = "measured"
    explains = (
        "NBD301",
        "NBD302",
        "NBD304",
        "NBD308",
        "NBD309",
        "NBD310",
        "NBD312",
        "NBD313",
        "NBD601",
        "NBD605",
    )
    supersedes = ("NBD201", "NBD202", "NBD203", "NBD210", "NBD412", "NBD516")

    def check(self, run: TrainingRun) -> Iterator[Finding]:
        """Compare pictures before and after each layer."""
        model, probe = known(run.model), first_probe(run)
        before = _flat_shares(run)
        if (probe is None or not probe.pictures) and before is None:
            raise Skipped("no layer that changes images in training was measured")
        layers = {layer.name: layer for layer in model.layers}
        for seen in probe.pictures if probe is not None else ():
            layer = layers.get(seen.layer)
            if layer is None or not _is_in_front(layer, model):
                continue
            found = _harm(layer, seen)
            if found is not None:
                message, evidence = found
                severity: Severity = "info" if ending_of(run).works else "error"
                fixes = tuple(_fixes(run, layer, seen))
                yield self.finding(message, (evidence,), fixes, severity=severity)
                return
        if before is not None:
            yield from self._in_the_pipeline(run, *before)

    def _in_the_pipeline(
        self, run: TrainingRun, training: float, validation: float
    ) -> Iterator[Finding]:
        """Judge images that a stream hands over, by what its text calls."""
        if not (LOST <= training <= 1 and validation <= BLANK):
            return
        calls = [
            found
            for cell in (run.cell, *run.earlier)
            for found in calls_in(run, cell)
            if found.name in AUGMENTATION | FUNCTIONS
        ]
        if not calls:
            return
        names = ", ".join(dict.fromkeys(found.name for found in calls))
        ranged = [found for found in calls if found.name in RANGED]
        yield self.finding(
            say(
                "{lost:.0%} of the images that your training data hand over have one value "
                "everywhere, and {kept:.0%} of the validation images: the augmentation leaves "
                "nothing of them ({names}).",
                lost=training,
                kept=validation,
                names=names,
            ),
            (
                Evidence(
                    "images of one value",
                    f"{training:.0%}",
                    say("{kept:.0%}, as on the validation side", kept=validation),
                    "data",
                ),
            ),
            (_fix_of_pipeline(run, ranged),),
            severity="info" if ending_of(run).works else "error",
        )


def _harm(layer: Layer, seen: PictureProbe) -> tuple[str, Evidence] | None:
    """Return the words for what a layer does to pictures; None where they stay readable."""
    reach = {"low": seen.low, "high": seen.high}
    if not all(map(math.isfinite, (*reach.values(), seen.lost, seen.shift, seen.likeness or 0.0))):
        return None
    if seen.lost >= LOST:
        message = say(
            "In training '{layer}' leaves {lost:.0%} of your images without any contrast: they "
            "lie between {low:.3g} and {high:.3g} before it, and have one value everywhere after "
            "it. predict and evaluate leave it out, so they are not affected.",
            layer=layer.name,
            lost=seen.lost,
            **reach,
        )
        share = say("{lost:.0%} of the images", lost=seen.lost)
        evidence = Evidence("contrast lost", share, say("none"), say("probe before step 1"))
    elif seen.shift >= SHIFT:
        message = say(
            "In training '{layer}' moves the brightness of your images by {times:.3g} times "
            "their whole range, which is {low:.3g} to {high:.3g}. The model never meets images "
            "like those that it is asked about later.",
            layer=layer.name,
            times=seen.shift,
            **reach,
        )
        share = say("{times:.3g} times the range", times=seen.shift)
        evidence = Evidence(
            "shift of the brightness", share, say("below 1"), say("probe before step 1")
        )
    elif seen.likeness is not None and layer.class_name in NOISE and seen.likeness < LIKENESS:
        message = say(
            "In training '{layer}' covers your images with noise: what it returns has a "
            "correlation of {likeness:.2f} with the images, which lie between {low:.3g} and "
            "{high:.3g}.",
            layer=layer.name,
            likeness=seen.likeness,
            **reach,
        )
        evidence = Evidence(
            "correlation with the image",
            f"{seen.likeness:.2f}",
            say("{limit:g} and more", limit=LIKENESS),
            say("probe before step 1"),
        )
    else:
        return None
    return message, evidence


def _is_in_front(layer: Layer, model: Model) -> bool:
    """Whether a layer takes pictures: no weights before it that are trained."""
    if not any(item.inbound for item in model.layers) and len(model.layers) > 1:
        return layer.class_name in AUGMENTATION
    layers = {item.name: item for item in model.layers}
    before, left = set[str](), list(layer.inbound)
    while left:
        name = left.pop()
        if name in before or name not in layers:
            continue
        before.add(name)
        source = layers[name]
        if source.parameters and source.class_name not in NORMALIZING | AUGMENTATION | NOISE:
            return False
        left += source.inbound
    return True


def _fixes(run: TrainingRun, layer: Layer, seen: PictureProbe) -> Iterator[Fix]:
    given, right = layer.config.get("value_range"), _range_of(seen.low, seen.high)
    if isinstance(given, list | tuple) and right is not None and tuple(given) != right:
        title = say("Set the range of your images: value_range={right}", right=right)
        change = _with_range(run, layer, right)
        if change is None:
            yield Fix(title, "display", (), note=say("An argument of '{layer}'.", layer=layer.name))
        else:
            yield Fix(title, "review", (change,))
        return
    if layer.class_name == "GaussianNoise":
        noise = rounded(MILD * (seen.high - seen.low))
        title = say("Lower the noise to stddev={noise:g}", noise=noise)
        yield Fix(title, "review", (SetLayerArgument(layer.name, "stddev", noise),))
        return
    title = say("Remove '{layer}'", layer=layer.name)
    if layer.builtin:
        yield Fix(title, "review", (RemoveLayer(layer.name),))
    else:
        yield Fix(title, "display", ())


def _flat_shares(run: TrainingRun) -> tuple[float, float] | None:
    """Return the shares of images of one value on both sides; None where one was not seen."""
    sides = (run.data.inputs, run.data.validation_inputs)
    if any(len(side) != 1 for side in sides):
        return None
    training, validation = (side[0].flat for side in sides)
    return None if training is None or validation is None else (training, validation)


def _fix_of_pipeline(run: TrainingRun, calls: list[CellCall]) -> Fix:
    stats = run.data.validation_inputs[0]
    right = _range_of(stats.minimum, stats.maximum)
    title = say("Look at what the augmentation returns, and correct its arguments")
    if len(calls) == 1 and right is not None:
        title = say("Set the range of your images: value_range={right}", right=right)
        change = _range_in(run, calls[0], right)
        if change is not None:
            return Fix(title, "review", (change,))
    return Fix(title, "display", ())


def _range_of(low: float, high: float) -> tuple[int, int] | None:
    """Find the range that images are stored in: shares, signed shares, or bytes."""
    ranges: Sequence[tuple[int, int]] = ((0, 1), (-1, 1), (0, 255))
    return next((pair for pair in ranges if pair[0] <= low and high <= pair[1]), None)


def _with_range(run: TrainingRun, layer: Layer, right: tuple[int, int]) -> WriteInPlace | None:
    """Write the range into the call that makes the layer, None where that is not in the cell."""
    site = layer.site
    if isinstance(site, Missing) or site.cell != run.cell.number:
        return None
    call = call_at(run, run.cell, site)
    return None if call is None else _range_in(run, call, right)


def _range_in(run: TrainingRun, call: CellCall, right: tuple[int, int]) -> WriteInPlace | None:
    """Write the range into a call of the cell, None where that is not certain."""
    known = layer_class(call.name)
    if call.call.cell != run.cell.number or known is None:
        return None
    given = call.argument(known.parameters.index("value_range"), "value_range")
    if given is not None:
        return WriteInPlace(site_of(run.cell, given), text_of(run.cell, given), str(right))
    if any(item.arg is None for item in call.node.keywords):
        return None
    sites = [(site_of(run.cell, part), part) for part in (*call.node.args, *call.node.keywords)]
    if not sites:
        return None
    site, last = max(sites, key=lambda item: (item[0].end_line, item[0].end_column))
    text = text_of(run.cell, last)
    return WriteInPlace(site, text, f"{text}, value_range={right}")
