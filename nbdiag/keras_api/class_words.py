"""How Keras derives a name from the name of a class."""

import re


def snake_case(name: str) -> str:
    """Write a class name as Keras writes names: "BinaryCrossentropy" as "binary_crossentropy"."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
