"""What changes set and rely on, so that those that stand in each other's way are found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbdiag.language import say

Ends = Mapping[str, str]
"""The output of each layer that ends the model."""


@dataclass(frozen=True)
class Claim:
    """Something of a training that one change alone can set.

    Attributes
    ----------
    key
        What it is: a word, and what distinguishes it from others of that word.
    words
        What it is called in a sentence: "the loss", "epochs of fit".
    """

    key: tuple[object, ...]
    words: str = field(compare=False)

    @property
    def is_end(self) -> bool:
        """Whether it is how an output ends."""
        return self.key[0] == "end"


@dataclass(frozen=True)
class Claims:
    """What a change sets, what it relies on, and what it makes pointless.

    Two changes contradict each other where one sets what the other sets or relies on. A change that
    relies on what another one voids is left out.
    """

    sets: tuple[Claim, ...] = ()
    needs: tuple[Claim, ...] = ()
    voids: tuple[Claim, ...] = ()

    def meet(self, other: "Claims") -> Iterator[Claim]:
        """Yield what both claim and only one of them can have."""
        yield from (item for item in self.sets if item in other.sets or item in other.needs)
        yield from (item for item in other.sets if item in self.needs)


def end_of(output: str) -> Claim:
    """Return the claim on how an output ends.

    Loss, output, labels and metric are repaired as one: half of another repair is a new fault.
    """
    words = say("how the output {key!r} ends", key=output) if output else say("how the model ends")
    return Claim(("end", output), words)


def ends_at(layer: str, ends: Ends) -> tuple[Claim, ...]:
    """Return the claim on the end of the output that a layer ends; nothing for other layers."""
    return (end_of(ends[layer]),) if layer in ends else ()


def layer_place(name: str) -> Claim:
    """Return the claim on a layer's being in the model."""
    return Claim(("place of a layer", name), say("the layer {layer!r}", layer=name))


def layer_class(name: str) -> Claim:
    """Return the claim on the class of a layer, which its arguments belong to."""
    return Claim(("class of a layer", name), say("the layer {layer!r}", layer=name))


def optimizer() -> Claim:
    """Return the claim on the optimizer."""
    return Claim(("optimizer",), say("the optimizer"))


def compile_call() -> Claim:
    """Return the claim on the call of compile."""
    return Claim(("compile",), say("the arguments of compile"))


def data_as_measured() -> Claim:
    """Return the claim on the data: what was measured of spoilt ones says nothing of others."""
    return Claim(("data",), say("what the data are"))


def split_sides() -> Claim:
    """Return the claim on the two sides of the split."""
    return Claim(("sides",), say("which samples are on which side of the split"))


def adapted_samples() -> Claim:
    """Return the claim on the samples that a scaling is adapted to."""
    words = say("which samples the scaling of the inputs is adapted to")
    return Claim(("adapted",), words)
