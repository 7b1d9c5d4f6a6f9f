"""Functions of ``keras.ops`` that functional models apply without a layer."""

STRAIGHT = frozenset(
    {"Add", "Subtract", "Concatenate", "Reshape", "Transpose", "GetItem", "ExpandDims", "Squeeze"}
)
"""Operations that only add and move, by the class that Keras makes of them."""
