"""Checks streams when BITGRAPH_FAIL_PROBE names a probe: what does not hold by chunks runs at once."""

import test_stream
from conv_grads import CONVOLUTIONS, Convolution

if __name__ == "__main__":
    for convolution in CONVOLUTIONS[::3]:
        test_stream.test_conv_grad(convolution)
    for activation in test_stream.ACTIVATIONS:
        test_stream.test_batch_norm_grad(activation, 3)
        test_stream.test_batch_norm_grad_in_two_phases((16, 16), activation)
        test_stream.test_conv_batch_norm_conv_grad(activation)
    test_stream.test_conv_relu_conv_grad("held q", Convolution((1, 6, 9, 11), (8, 6, 3, 3)), 3)
    test_stream.test_two_convolutions_and_the_masks_between("positive", (8, 8))
    print("same bits")
