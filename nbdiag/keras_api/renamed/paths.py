"""Modules and names of Keras 1 and 2 that Keras 3 has elsewhere, or no longer.

Read from the release notes and sources of Keras 1.2, 2.0 to 2.15 and 3.15. Paths are relative to
the root of Keras ("layers.core" for ``keras.layers.core``). Both the rule that explains such a
crash and the migration of a cell read these tables, so they cannot disagree.
"""

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
"""Names that are gone (with the module as it is today) to what replaces them."""

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

KEPT_IN_BACKEND = {
    "backend", "clear_session", "epsilon", "floatx", "get_uid", "image_data_format",
    "is_float_dtype", "is_int_dtype", "is_keras_tensor", "result_type", "set_epsilon",
    "set_floatx", "set_image_data_format", "standardize_dtype",
}  # fmt: skip


def path_today(path: str) -> str:
    """Return the path at which Keras 3 has something; the same when it has not moved.

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
