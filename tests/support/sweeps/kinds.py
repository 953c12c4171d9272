"""All kinds of cases."""

from collections.abc import Mapping

from sweeps.case import Draw
from sweeps.convolutions import draw_conv_gradient, draw_conv_stream
from sweeps.dropout import draw_dropout
from sweeps.norms import draw_batch_norm_gradient, draw_batch_norm_stream, draw_layer_norm_gradient

KINDS: Mapping[str, Draw] = {
    "ConvGrad": draw_conv_gradient,
    "BatchNormGrad": draw_batch_norm_gradient,
    "LayerNormGrad": draw_layer_norm_gradient,
    "Dropout": draw_dropout,
    "Stream ConvGrad": draw_conv_stream,
    "Stream BatchNormGrad": draw_batch_norm_stream,
}
"""By the name that is printed: what draws a case."""
