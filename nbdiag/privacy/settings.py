"""Texts that are settings of Keras: every other text of the user's is taken to be private."""

_NAMES = """
linear relu relu6 leaky_relu elu selu celu gelu silu swish sigmoid hard_sigmoid hard_silu hard_swish
hard_tanh hard_shrink soft_shrink sparse_plus sparse_sigmoid squareplus threshold tanh tanh_shrink
softmax log_softmax sparsemax softplus softsign exponential mish log_sigmoid glu leaky prelu
binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_hinge
categorical_focal_crossentropy sparse_categorical_crossentropy hinge squared_hinge huber huber_loss
poisson cosine_similarity log_cosh kl_divergence kullback_leibler_divergence dice tversky circle ctc
mean_squared_error mean_absolute_error mean_absolute_percentage_error
mean_squared_logarithmic_error mse mae mape msle rmse bce cce kld
accuracy acc val_acc val_accuracy loss val_loss binary_accuracy categorical_accuracy
sparse_categorical_accuracy top_k_categorical_accuracy sparse_top_k_categorical_accuracy auc
precision recall f1_score fbeta_score r2_score mean_io_u root_mean_squared_error
true_positives true_negatives false_positives false_negatives
binary_iou iou one_hot_iou one_hot_mean_iou log_cosh_error mean_metric_wrapper
categorical_generalized_cross_entropy concordance_correlation pearson_correlation
precision_at_recall recall_at_precision sensitivity_at_specificity specificity_at_sensitivity
loss_scale_optimizer multi_optimizer optimizer_map schedule_free_adamw
identity_initializer orthogonal_initializer stft stft_initializer
sgd adam adamw adamax adagrad adadelta adafactor nadam rmsprop ftrl lion lamb muon
zeros ones constant random_normal random_uniform truncated_normal variance_scaling orthogonal
identity uniform normal glorot_normal glorot_uniform he_normal he_uniform lecun_normal lecun_uniform
l1 l2 l1_l2 l1l2 orthogonal_regularizer
valid same causal channels_last channels_first max avg min auto mean sum none int binary multi_hot
one_hot count tf_idf categorical sparse input rgb rgba grayscale nearest bilinear bicubic
float16 float32 float64 bfloat16 mixed_float16 mixed_bfloat16 int8 int16 int32 int64 uint8 bool
string training validation test train epoch batch balanced imagenet sum_over_batch_size
"""


def _plain(text: str) -> str:
    return text.lower().replace("_", "")


_SETTINGS = frozenset(map(_plain, _NAMES.split()))


def is_setting(text: str) -> bool:
    """Whether a text is the name of an activation, loss, metric, padding … of Keras.

    Names of classes count as their functions do: ``"BinaryCrossentropy"``.
    """
    return _plain(text) in _SETTINGS
