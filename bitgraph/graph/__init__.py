"""What a training graph does in a step: halves, order, buffers, sizes. Nothing here changes a graph."""
