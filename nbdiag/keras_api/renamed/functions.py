"""Methods, attributes, words and backend functions of Keras 1 and 2 that have other names now.

Read from the release notes and sources of Keras 1.2, 2.0 to 2.15 and 3.15. Both the
rule that explains such a crash and the migration of a cell read these tables, so they cannot
disagree.
"""

METHODS = {
    "fit_generator": "fit",
    "evaluate_generator": "evaluate",
    "predict_generator": "predict",
    "predict_proba": "predict",
    "predict_classes": "predict",
}
"""Methods of models that are gone; ``predict_classes`` needs more than another name."""

STATES = ("reset_states",)
"""Methods of models that only layers have now."""
WORDS = {
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
}
"""Losses and metrics given as texts that are called otherwise now."""

HISTORY = {"acc": "accuracy", "val_acc": "val_accuracy"}
"""Keys of the history, where the metric was written "accuracy"."""

ATTRIBUTES = {"lr": "learning_rate"}
"""Attributes of an optimizer."""
OF_A_LAYER = {"output_shape": "output.shape", "input_shape": "input.shape"}
"""Attributes of a layer; those of a model are still there."""

GONE_OF_BACKEND = (
    "set_session",
    "get_session",
    "set_learning_phase",
    "manual_variable_initialization",
)
"""What a session was set up with: TensorFlow runs without one since 2019."""
TENSORFLOW_1 = {
    "ConfigProto": "compat.v1.ConfigProto",
    "GPUOptions": "compat.v1.GPUOptions",
    "Session": "compat.v1.Session",
    "InteractiveSession": "compat.v1.InteractiveSession",
    "get_default_graph": "compat.v1.get_default_graph",
    "reset_default_graph": "compat.v1.reset_default_graph",
    "global_variables_initializer": "compat.v1.global_variables_initializer",
    "logging": "compat.v1.logging",
    "set_random_seed": "random.set_seed",
    "random_normal": "random.normal",
    "random_uniform": "random.uniform",
    "truncated_normal": "random.truncated_normal",
    "log": "math.log",
    "div": "math.divide",
    "mod": "math.floormod",
    "count_nonzero": "math.count_nonzero",
    "is_nan": "math.is_nan",
    "train.AdamOptimizer": "keras.optimizers.Adam",
    "train.AdagradOptimizer": "keras.optimizers.Adagrad",
    "train.AdadeltaOptimizer": "keras.optimizers.Adadelta",
    "train.GradientDescentOptimizer": "keras.optimizers.SGD",
    "train.MomentumOptimizer": "keras.optimizers.SGD",
    "train.RMSPropOptimizer": "keras.optimizers.RMSprop",
}
"""Names of TensorFlow 1 that stood beside Keras 2, to those of TensorFlow 2."""
OPS = {
    "pow": "power",
    "permute_dimensions": "transpose",
    "switch": "where",
    "l2_normalize": "normalize",
    "get_value": "convert_to_numpy",
    "eval": "convert_to_numpy",
    "constant": "convert_to_tensor",
    "gather": "take",
    "dot": "matmul",
    "repeat_elements": "repeat",
}
_UNCHANGED = """
abs all any arange argmax argmin binary_crossentropy cast categorical_crossentropy clip
concatenate cos cumprod cumsum elu equal exp expand_dims eye greater greater_equal
hard_sigmoid in_top_k less less_equal log logsumexp max maximum mean min minimum ndim not_equal
one_hot ones ones_like prod relu repeat reshape round shape sigmoid sign sin softmax softplus
softsign sparse_categorical_crossentropy sqrt square squeeze stack std stop_gradient sum tanh
tile transpose var zeros zeros_like
"""
OPS |= {name: name for name in _UNCHANGED.split()}
"""Functions of ``keras.backend`` to those of ``keras.ops``."""
RANDOM = {
    "random_normal": "normal",
    "random_uniform": "uniform",
    "truncated_normal": "truncated_normal",
}
"""Functions of ``keras.backend`` to those of ``keras.random``."""
OPS_DEFAULTS = {
    "concatenate": (1, "axis=-1"),
    "argmax": (1, "axis=-1"),
    "argmin": (1, "axis=-1"),
    "expand_dims": (1, "axis=-1"),
    "cumsum": (1, "axis=0"),
    "cumprod": (1, "axis=0"),
    "gather": (2, "axis=0"),
}
"""Functions of ``keras.backend`` with another default: the argument's place, its old default."""
