"""What Keras 3 no longer has: modules, names, arguments and methods of Keras 1 and 2.

Read from the release notes and sources of Keras 1.2, 2.0 to 2.15 and 3.15. Paths are relative to
the root of Keras ("layers.core" for ``keras.layers.core``). Both the rule that explains such a
crash and the migration of a cell read these tables, so they cannot disagree.
"""

import re

MODULES = {
    "layers.core": "layers",
    "layers.convolutional": "layers",
    "layers.convolutional_recurrent": "layers",
    "layers.pooling": "layers",
    "layers.recurrent": "layers",
    "layers.recurrent_v2": "layers",
    "layers.cudnn_recurrent": "layers",
    "layers.embeddings": "layers",
    "layers.normalization": "layers",
    "layers.normalization_v2": "layers",
    "layers.advanced_activations": "layers",
    "layers.noise": "layers",
    "layers.local": "layers",
    "layers.merge": "layers",
    "layers.wrappers": "layers",
    "layers.containers": "models",
    "layers.experimental.preprocessing": "layers",
    "layers.experimental": "layers",
    "backend.tensorflow_backend": "backend",
    "backend.common": "backend",
    "engine.topology": "layers",
    "engine.base_layer": "layers",
    "engine.input_layer": "layers",
    "engine.input_spec": "layers",
    "engine.training": "models",
    "engine.sequential": "models",
    "engine.functional": "models",
    "engine": "layers",
    "utils.np_utils": "utils",
    "utils.generic_utils": "utils",
    "utils.data_utils": "utils",
    "utils.vis_utils": "utils",
    "utils.layer_utils": "utils",
    "utils.io_utils": "utils",
    "utils.all_utils": "utils",
    "utils.visualize_util": "utils",
    "utils.training_utils": "utils",
    "objectives": "losses",
    "initializations": "initializers",
    "optimizers.legacy": "optimizers",
    "optimizers.experimental": "optimizers",
    "optimizer_v2": "optimizers",
    "optimizers.adam_v2": "optimizers",
    "optimizers.gradient_descent_v2": "optimizers",
}
"""Modules that are gone to the module that has their contents now."""

_LOSSES = {
    "mse": "mean_squared_error",
    "MSE": "mean_squared_error",
    "mae": "mean_absolute_error",
    "MAE": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "MAPE": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "MSLE": "mean_squared_logarithmic_error",
    "kld": "kl_divergence",
    "KLD": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
    "logcosh": "log_cosh",
}

NAMES = {
    "layers.merge": "layers.concatenate",
    "layers.Merge": "layers.Concatenate",
    "layers.TimeDistributedDense": "layers.TimeDistributed",
    "layers.AtrousConvolution1D": "layers.Conv1D",
    "layers.AtrousConvolution2D": "layers.Conv2D",
    "layers.AtrousConv1D": "layers.Conv1D",
    "layers.AtrousConv2D": "layers.Conv2D",
    "layers.Deconvolution2D": "layers.Conv2DTranspose",
    "layers.Deconvolution3D": "layers.Conv3DTranspose",
    "layers.CuDNNLSTM": "layers.LSTM",
    "layers.CuDNNGRU": "layers.GRU",
    "layers.ThresholdedReLU": "layers.ReLU",
    "layers.Model": "models.Model",
    "layers.Sequential": "models.Sequential",
    "layers.Network": "models.Model",
    "layers.Container": "models.Model",
    "layers.SyncBatchNormalization": "layers.BatchNormalization",
    "models.Input": "layers.Input",
    "models.InputLayer": "layers.InputLayer",
    "models.Layer": "layers.Layer",
    "models.InputSpec": "layers.InputSpec",
    "models.Graph": "models.Model",
    "models.Network": "models.Model",
    "optimizers.rmsprop": "optimizers.RMSprop",
    "optimizers.RMSProp": "optimizers.RMSprop",
    "optimizers.adam": "optimizers.Adam",
    "optimizers.adamax": "optimizers.Adamax",
    "optimizers.nadam": "optimizers.Nadam",
    "optimizers.sgd": "optimizers.SGD",
    "optimizers.adagrad": "optimizers.Adagrad",
    "optimizers.adadelta": "optimizers.Adadelta",
    "utils.plot": "utils.plot_model",
    "utils.HDF5Matrix": "utils.Sequence",
    "regularizers.l1l2": "regularizers.l1_l2",
    "regularizers.WeightRegularizer": "regularizers.L1L2",
    "regularizers.ActivityRegularizer": "regularizers.L1L2",
    "constraints.maxnorm": "constraints.max_norm",
    "constraints.nonneg": "constraints.non_neg",
    "constraints.unitnorm": "constraints.unit_norm",
    "initializers.normal": "initializers.RandomNormal",
    "initializers.uniform": "initializers.RandomUniform",
    "initializers.zero": "initializers.Zeros",
    "initializers.one": "initializers.Ones",
    **{f"losses.{old}": f"losses.{new}" for old, new in _LOSSES.items()},
    **{f"metrics.{old}": f"metrics.{new}" for old, new in _LOSSES.items()},
}
"""Names that are gone (with the module as it is today) to what stands for them."""

FROM_TENSORFLOW = {
    "preprocessing.image.ImageDataGenerator",
    "preprocessing.image.DirectoryIterator",
    "preprocessing.image.NumpyArrayIterator",
    "preprocessing.text.Tokenizer",
    "preprocessing.text.text_to_word_sequence",
    "preprocessing.text.one_hot",
    "preprocessing.text.hashing_trick",
    "preprocessing.text.tokenizer_from_json",
    "preprocessing.text",
    "preprocessing.sequence.TimeseriesGenerator",
    "preprocessing.sequence.skipgrams",
    "preprocessing.sequence.make_sampling_table",
}
"""What only ``tensorflow.keras`` still offers."""

OF_LAYERS = {
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "U_constraint": "recurrent_constraint",
    "W_initializer": "kernel_initializer",
    "b_initializer": "bias_initializer",
    "bias": "use_bias",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "output_dim": "units",
    "nb_filter": "filters",
    "nb_filters": "filters",
    "filter_length": "kernel_size",
    "subsample": "strides",
    "subsample_length": "strides",
    "stride": "strides",
    "pool_length": "pool_size",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "atrous_rate": "dilation_rate",
    "p": "rate",
    "sigma": "stddev",
    "dims": "target_shape",
    "gamma_init": "gamma_initializer",
    "beta_init": "beta_initializer",
    "alpha": "negative_slope",
    "theta": "threshold",
    "length": "size",
    "nb_hidden": "units",
}
"""Arguments of layers that were renamed."""

OF_ONE_LAYER = {
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
        "output_dim": "output_dim",
    },
    "RepeatVector": {"length": "n"},
    "PReLU": {"init": "alpha_initializer"},
    "ELU": {"alpha": "alpha"},
    "Permute": {"dims": "dims"},
    "RNN": {"output_dim": "output_dim"},
    "ActivityRegularization": {},
}
"""Where one class differs from `OF_LAYERS`."""

DROPPED_OF_LAYERS = {
    "mode",
    "consume_less",
    "implementation",
    "forget_bias_init",
    "W_learning_rate",
    "b_learning_rate",
    "legacy",
}
"""Arguments of layers that stand for nothing any more."""

OF_FIT = {
    "nb_epoch": "epochs",
    "nb_epochs": "epochs",
    "n_epoch": "epochs",
    "n_epochs": "epochs",
    "num_epochs": "epochs",
    "num_epoch": "epochs",
    "epoch": "epochs",
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
    "val_samples": "steps",
    "batchsize": "batch_size",
    "generator": "x",
    "val_data": "validation_data",
}
DROPPED_OF_FIT = {
    "show_accuracy",
    "workers",
    "use_multiprocessing",
    "max_queue_size",
    "max_q_size",
    "nb_worker",
    "pickle_safe",
    "wait_time",
}
OF_COMPILE = {
    "loss_function": "loss",
    "loss_fn": "loss",
    "objective": "loss",
    "losses": "loss",
    "optimiser": "optimizer",
    "metric": "metrics",
}
DROPPED_OF_COMPILE = {
    "class_mode",
    "theano_mode",
    "sample_weight_mode",
    "show_accuracy",
    "target_tensors",
    "experimental_run_tf_function",
}
OF_OPTIMIZERS = {"lr": "learning_rate", "beta1": "beta_1", "beta2": "beta_2"}
DROPPED_OF_OPTIMIZERS = {"schedule_decay", "decay"}
OF_MODEL = {"input": "inputs", "output": "outputs"}
OF_FUNCTIONS = {
    "to_categorical": {"nb_classes": "num_classes"},
    "load_data": {"nb_words": "num_words"},
    "Tokenizer": {"nb_words": "num_words"},
    "ImageDataGenerator": {"dim_ordering": "data_format"},
}

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

KEPT_IN_BACKEND = {
    "backend", "clear_session", "epsilon", "floatx", "get_uid", "image_data_format",
    "is_float_dtype", "is_int_dtype", "is_keras_tensor", "result_type", "set_epsilon",
    "set_floatx", "set_image_data_format", "standardize_dtype",
}  # fmt: skip
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

ORDERINGS = {"th": "channels_first", "tf": "channels_last"}


def path_today(path: str) -> str:
    """Give the path at which Keras 3 has something; the same when it has not moved.

    Parameters
    ----------
    path
        Relative to the root of Keras: "layers.core.Dense".
    """
    module, name = path, ""
    rest: list[str] = []
    while module:
        if module in MODULES and not (module == "layers.merge" and not rest):
            found = MODULES[module]
            module = found
            break
        module, _, name = module.rpartition(".")
        rest.insert(0, name)
    today = ".".join([*([module] if module else []), *rest])
    return NAMES.get(today, today)


def is_old_path(path: str) -> bool:
    """Whether something was in Keras 1 or 2 under a path and has moved or gone."""
    module = path.rpartition(".")[0]
    if path in FROM_TENSORFLOW or path_today(path) != path:
        return True
    return module == "backend" and path.rpartition(".")[2] not in KEPT_IN_BACKEND


_ARGUMENTS = {
    **OF_FUNCTIONS["to_categorical"],
    **OF_FUNCTIONS["load_data"],
    **OF_LAYERS,
    **OF_FIT,
    **OF_COMPILE,
    **OF_OPTIMIZERS,
    **OF_MODEL,
}
DROPPED = DROPPED_OF_LAYERS | DROPPED_OF_FIT | DROPPED_OF_COMPILE | DROPPED_OF_OPTIMIZERS
_MORE = {
    "nb_row": "kernel_size",
    "nb_col": "kernel_size",
    "batch_input_shape": "Input(batch_shape=…)",
    "period": "save_freq",
}


def argument_today(name: str) -> str | None:
    """Give the argument of Keras 3 for an old one, "" where it was dropped, None if never old."""
    known = _ARGUMENTS | _MORE
    return known.get(name, "" if name in DROPPED else None)


def words(text: str) -> set[str]:
    """Give the words of a text."""
    return set(re.findall(r"[^\W\d]\w*", text))
