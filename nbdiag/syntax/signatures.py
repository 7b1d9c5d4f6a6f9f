"""Positional parameters of Keras' classes and methods, as Keras 3 declares them.

Read from the signatures of Keras 3.15. A line is a class and its first parameters in order; nobody
gives more than these by position, and where somebody does, the edit is refused.
"""

_LAYERS = """
Activation activation
ActivityRegularization l1 l2
AdaptiveAveragePooling1D output_size data_format
AdaptiveAveragePooling2D output_size data_format
AdaptiveAveragePooling3D output_size data_format
AdaptiveMaxPooling1D output_size data_format
AdaptiveMaxPooling2D output_size data_format
AdaptiveMaxPooling3D output_size data_format
Add
AdditiveAttention use_scale dropout
AlphaDropout rate noise_shape seed
Attention use_scale score_mode dropout seed
AugMix value_range num_chains chain_depth factor alpha all_ops interpolation seed data_format
AutoContrast value_range
Average
AveragePooling1D pool_size strides padding data_format
AveragePooling2D pool_size strides padding data_format
AveragePooling3D pool_size strides padding data_format
BatchNormalization axis momentum epsilon center scale beta_initializer gamma_initializer
Bidirectional layer merge_mode weights backward_layer
CategoryEncoding num_tokens output_mode sparse
CenterCrop height width data_format
Concatenate axis
ContrastLimitedAdaptiveHistogramEqualization value_range clip_limit tile_grid_size data_format
Conv1D filters kernel_size strides padding data_format dilation_rate groups activation use_bias
Conv1DTranspose filters kernel_size strides padding output_padding data_format dilation_rate
Conv2D filters kernel_size strides padding data_format dilation_rate groups activation use_bias
Conv2DTranspose filters kernel_size strides padding output_padding data_format dilation_rate
Conv3D filters kernel_size strides padding data_format dilation_rate groups activation use_bias
Conv3DTranspose filters kernel_size strides padding data_format output_padding dilation_rate
ConvLSTM2D filters kernel_size strides padding data_format dilation_rate activation
ConvLSTM3D filters kernel_size strides padding data_format dilation_rate activation
Cropping1D cropping
Cropping2D cropping data_format
Cropping3D cropping data_format
CutMix factor seed data_format
Dense units activation use_bias kernel_initializer bias_initializer kernel_regularizer
DepthwiseConv1D kernel_size strides padding depth_multiplier data_format dilation_rate activation
DepthwiseConv2D kernel_size strides padding depth_multiplier data_format dilation_rate activation
Discretization bin_boundaries num_bins epsilon output_mode sparse
Dot axes normalize
Dropout rate noise_shape seed
ELU alpha
EinsumDense equation output_shape activation bias_axes kernel_initializer bias_initializer
Embedding input_dim output_dim embeddings_initializer embeddings_regularizer embeddings_constraint
Equalization value_range bins data_format
Flatten data_format
GRU units activation recurrent_activation use_bias kernel_initializer recurrent_initializer
GRUCell units activation recurrent_activation use_bias kernel_initializer recurrent_initializer
GaussianDropout rate seed
GaussianNoise stddev seed
GlobalAveragePooling1D data_format keepdims
GlobalAveragePooling2D data_format keepdims
GlobalAveragePooling3D data_format keepdims
GlobalMaxPooling1D data_format keepdims
GlobalMaxPooling2D data_format keepdims
GlobalMaxPooling3D data_format keepdims
GroupNormalization groups axis epsilon center scale beta_initializer gamma_initializer
HashedCrossing num_bins output_mode sparse
Hashing num_bins mask_value salt output_mode sparse
Identity
InputLayer shape batch_size dtype sparse ragged batch_shape input_tensor optional
IntegerLookup max_tokens num_oov_indices mask_token oov_token vocabulary vocabulary_dtype
LSTM units activation recurrent_activation use_bias kernel_initializer recurrent_initializer
LSTMCell units activation recurrent_activation use_bias kernel_initializer recurrent_initializer
Lambda function output_shape mask arguments
LayerNormalization axis epsilon center scale beta_initializer gamma_initializer beta_regularizer
LeakyReLU negative_slope
Masking mask_value
MaxNumBoundingBoxes max_number fill_value
MaxPooling1D pool_size strides padding data_format
MaxPooling2D pool_size strides padding data_format
MaxPooling3D pool_size strides padding data_format
Maximum
MelSpectrogram fft_length sequence_stride sequence_length window sampling_rate num_mel_bins min_freq
Minimum
MixUp alpha data_format seed
MultiHeadAttention num_heads key_dim value_dim dropout use_bias output_shape attention_axes
Multiply
Normalization axis mean variance invert
PReLU alpha_initializer alpha_regularizer alpha_constraint shared_axes
Permute dims
Pipeline layers
RMSNormalization axis epsilon
RNN cell return_sequences return_state go_backwards stateful unroll zero_output_for_mask
RandAugment value_range num_ops factor interpolation seed data_format
RandomBrightness factor value_range seed
RandomColorDegeneration factor value_range data_format seed
RandomColorJitter value_range brightness_factor contrast_factor saturation_factor hue_factor seed
RandomContrast factor value_range seed
RandomCrop height width seed data_format
RandomElasticTransform factor scale interpolation fill_mode fill_value value_range seed data_format
RandomErasing factor scale fill_value value_range seed data_format
RandomFlip mode seed data_format
RandomGaussianBlur factor kernel_size sigma value_range data_format seed
RandomGrayscale factor data_format seed
RandomHue factor value_range data_format seed
RandomInvert factor value_range seed data_format
RandomPerspective factor scale interpolation fill_value seed data_format
RandomPosterization factor value_range data_format seed
RandomRotation factor fill_mode interpolation seed fill_value data_format
RandomSaturation factor value_range data_format seed
RandomSharpness factor value_range data_format seed
RandomShear x_factor y_factor interpolation fill_mode fill_value data_format seed
RandomTranslation height_factor width_factor fill_mode interpolation seed fill_value data_format
RandomZoom height_factor width_factor fill_mode interpolation seed fill_value data_format
ReLU max_value negative_slope threshold
RepeatVector n
Rescaling scale offset
Reshape target_shape
Resizing height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value
ReversibleEmbedding input_dim output_dim tie_weights embeddings_initializer embeddings_regularizer
STFTSpectrogram mode frame_length frame_step fft_length window periodic scaling padding expand_dims
SeparableConv1D filters kernel_size strides padding data_format dilation_rate depth_multiplier
SeparableConv2D filters kernel_size strides padding data_format dilation_rate depth_multiplier
SimpleRNN units activation use_bias kernel_initializer recurrent_initializer bias_initializer
SimpleRNNCell units activation use_bias kernel_initializer recurrent_initializer bias_initializer
Softmax axis
Solarization addition_factor threshold_factor value_range seed
SpatialDropout1D rate seed
SpatialDropout2D rate data_format seed
SpatialDropout3D rate data_format seed
SpectralNormalization layer power_iterations
StackedRNNCells cells
StringLookup max_tokens num_oov_indices mask_token oov_token vocabulary idf_weights invert
Subtract
TextVectorization max_tokens standardize split ngrams output_mode output_sequence_length
TimeDistributed layer
UnitNormalization axis
UpSampling1D size
UpSampling2D size data_format interpolation
UpSampling3D size data_format
ZeroPadding1D padding data_format
ZeroPadding2D padding data_format
ZeroPadding3D padding data_format
"""

_OPTIMIZERS = """
Adadelta learning_rate rho epsilon weight_decay clipnorm clipvalue global_clipnorm use_ema
Adafactor learning_rate beta_2_decay epsilon_1 epsilon_2 clip_threshold relative_step weight_decay
Adagrad learning_rate initial_accumulator_value epsilon weight_decay clipnorm clipvalue
Adam learning_rate beta_1 beta_2 epsilon amsgrad weight_decay clipnorm clipvalue global_clipnorm
AdamW learning_rate weight_decay beta_1 beta_2 epsilon amsgrad clipnorm clipvalue global_clipnorm
Adamax learning_rate beta_1 beta_2 epsilon weight_decay clipnorm clipvalue global_clipnorm use_ema
Ftrl learning_rate learning_rate_power initial_accumulator_value l1_regularization_strength
Lamb learning_rate beta_1 beta_2 epsilon weight_decay clipnorm clipvalue global_clipnorm use_ema
Lion learning_rate beta_1 beta_2 weight_decay clipnorm clipvalue global_clipnorm use_ema
LossScaleOptimizer inner_optimizer initial_scale dynamic_growth_steps
MultiOptimizer optimizer_map loss_scale_factor
Muon learning_rate adam_beta_1 adam_beta_2 adam_weight_decay epsilon weight_decay clipnorm clipvalue
Nadam learning_rate beta_1 beta_2 epsilon weight_decay clipnorm clipvalue global_clipnorm use_ema
RMSprop learning_rate rho momentum epsilon centered weight_decay clipnorm clipvalue global_clipnorm
SGD learning_rate momentum nesterov weight_decay clipnorm clipvalue global_clipnorm use_ema
ScheduleFreeAdamW learning_rate beta_1 beta_2 epsilon warmup_steps weight_decay clipnorm clipvalue
"""

_ALIASES = """
AvgPool1D AveragePooling1D
AvgPool2D AveragePooling2D
AvgPool3D AveragePooling3D
Convolution1D Conv1D
Convolution1DTranspose Conv1DTranspose
Convolution2D Conv2D
Convolution2DTranspose Conv2DTranspose
Convolution3D Conv3D
Convolution3DTranspose Conv3DTranspose
GlobalAvgPool1D GlobalAveragePooling1D
GlobalAvgPool2D GlobalAveragePooling2D
GlobalAvgPool3D GlobalAveragePooling3D
GlobalMaxPool1D GlobalMaxPooling1D
GlobalMaxPool2D GlobalMaxPooling2D
GlobalMaxPool3D GlobalMaxPooling3D
GroupQueryAttention GroupedQueryAttention
MaxPool1D MaxPooling1D
MaxPool2D MaxPooling2D
MaxPool3D MaxPooling3D
SeparableConvolution1D SeparableConv1D
SeparableConvolution2D SeparableConv2D
"""

_METHODS = """
compile optimizer loss loss_weights metrics weighted_metrics run_eagerly steps_per_execution
fit x y batch_size epochs verbose callbacks validation_split validation_data shuffle class_weight
evaluate x y batch_size verbose sample_weight steps callbacks
train_on_batch x y sample_weight class_weight
test_on_batch x y sample_weight
add layer
Model inputs outputs name
train_test_split array_1 array_2 array_3 array_4 array_5 array_6
to_categorical x num_classes
get_layer name index
load_weights filepath skip_mismatch
image_dataset_from_directory directory labels label_mode class_names color_mode batch_size
flow_from_directory directory target_size color_mode classes class_mode batch_size
flow_from_dataframe dataframe directory x_col y_col weight_col target_size color_mode
"""


def _table(block: str) -> dict[str, tuple[str, ...]]:
    rows = (line.split() for line in block.split("\n") if line)
    return {name: tuple(rest) for name, *rest in rows}


LAYERS = _table(_LAYERS)
OPTIMIZERS = _table(_OPTIMIZERS)
METHODS = _table(_METHODS)
ALIASES = {old: new for old, (new,) in _table(_ALIASES).items()}
"""Second names of layer classes (``Convolution2D``) to their own (``Conv2D``)."""

OPTIMIZER_CLASSES = {name.lower(): name for name in OPTIMIZERS}
"""The word for an optimizer ("rmsprop") to its class ("RMSprop")."""

RENAMED = {
    "learning_rate": ("lr",),
    "negative_slope": ("alpha",),
    "units": ("output_dim",),
    "epochs": ("nb_epoch",),
}
"""Arguments of Keras 3 to the names that older versions used for them."""


def class_name(name: str) -> str:
    """Give the class that Keras means by a name (``MaxPool2D`` is ``MaxPooling2D``)."""
    return ALIASES.get(name, name)


def parameters(name: str) -> tuple[str, ...] | None:
    """Give the positional parameters of a layer or an optimizer, None when unknown."""
    return LAYERS.get(class_name(name)) or OPTIMIZERS.get(name)
