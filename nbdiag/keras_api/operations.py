"""Functions of ``keras.ops`` that functional models apply without a layer."""

STRAIGHT = frozenset(
    {"Add", "Subtract", "Concatenate", "Reshape", "Transpose", "GetItem", "ExpandDims", "Squeeze"}
)
"""Operations that only add and move, by the class that Keras makes of them."""

_SAME = (
    "abs", "square", "sqrt", "exp", "log", "log1p", "maximum", "minimum", "sum", "mean", "max",
    "min", "reshape", "transpose", "expand_dims", "squeeze", "stack", "matmul", "sign", "sin",
    "cos", "add", "subtract", "multiply", "divide", "power", "clip", "concatenate", "cast", "where",
    "argmax", "softmax", "sigmoid", "relu", "tanh", "norm", "round", "floor", "repeat", "tile",
    "prod", "std", "var", "any", "all", "equal", "not_equal", "greater", "greater_equal", "less",
    "less_equal", "logical_and", "logical_or", "logical_not", "zeros_like", "ones_like", "ceil",
    "tan", "sinh", "cosh", "log10", "log2", "isnan", "cumsum", "einsum", "average", "logaddexp",
    "negative",
)  # fmt: skip
OF_OTHERS = {name: name for name in _SAME} | {
    "reduce_sum": "sum",
    "reduce_mean": "mean",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "reduce_any": "any",
    "reduce_all": "all",
    "reduce_std": "std",
    "reduce_variance": "var",
    "concat": "concatenate",
    "pow": "power",
    "clip_by_value": "clip",
}
"""Functions of TensorFlow and NumPy to those of keras.ops that do the same."""

METHODS = {
    name: name
    for name in (
        "sum", "mean", "max", "min", "std", "var", "prod", "all", "any", "argmax", "argmin",
        "reshape", "transpose", "squeeze", "clip", "round", "dot", "cumsum", "repeat", "ravel",
    )
} | {"flatten": "ravel", "astype": "cast"}  # fmt: skip
"""Methods of NumPy's arrays, which tensors lack, to the functions of keras.ops."""
