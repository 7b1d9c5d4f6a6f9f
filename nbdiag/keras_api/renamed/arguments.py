"""Arguments of Keras 1 and 2 that were renamed or dropped.

Read from the release notes and sources of Keras 1.2, 2.0 to 2.15 and 3.15. Both the
rule that explains such a crash and the migration of a cell read these tables, so they cannot
disagree.
"""

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

OLDER = {
    "learning_rate": ("lr",),
    "negative_slope": ("alpha",),
    "units": ("output_dim",),
    "epochs": ("nb_epoch",),
}
"""Arguments of Keras 3 to the names that older versions used for them."""

ORDERINGS = {"th": "channels_first", "tf": "channels_last"}

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
    """Return the argument of Keras 3 for an old one, "" where it was dropped, None if never old."""
    known = _ARGUMENTS | _MORE
    return known.get(name, "" if name in DROPPED else None)
