"""Architectures of ``keras.applications``: the numbers that each was made for.

By the module that makes it. Where a layer inside the architecture scales the pictures itself
(EfficientNet, MobileNetV3, ConvNeXt), the module is not listed.
"""

from collections.abc import Mapping

_CENTRED = (-1.0, 1.0)
_OF_IMAGENET = (-2.118, 2.64)  # (0 - 0.485) / 0.229 and (1 - 0.406) / 0.225
_MINUS_MEANS = (-123.68, 151.061)  # 0 and 255 less the means of the three channels

EXPECTED: Mapping[str, tuple[float, float]] = {
    "densenet": _OF_IMAGENET,
    "inception_resnet_v2": _CENTRED,
    "inception_v3": _CENTRED,
    "mobilenet": _CENTRED,
    "mobilenet_v2": _CENTRED,
    "nasnet": _CENTRED,
    "resnet": _MINUS_MEANS,
    "resnet_v2": _CENTRED,
    "vgg16": _MINUS_MEANS,
    "vgg19": _MINUS_MEANS,
    "xception": _CENTRED,
}
"""Least and greatest value that the module's ``preprocess_input`` makes of bytes."""
