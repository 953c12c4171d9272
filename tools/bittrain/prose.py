"""What the report says around its tables."""

HEAD = """\
# BitTrain's claims on real training steps

Written by `make bittrain` from `bittrain.jsonl`, which it writes too. The paper is "Sparse Bitmap
Compression for Memory-Efficient Training on the Edge" (SEC 2021, doi 10.1145/3453142.3491290). Peaks are
the high-water mark of live bytes within a step (arena and memory pattern off, one thread), resident
memory is the growth of a fresh process at the runtime's default options, times are medians of steps on
one thread, all taking turns.
"""

MEMORY = """\
## Memory against zeros

Biases are shifted until ReLUs leave the wanted part zero by themselves; *zeros* is what they left in the
step. *bitmap* is the paper's encoding alone: all other forms and passes are off, but that buffers have names
of their own, without which the runtime keeps the dense one. *all* is `bitgraph optimize`. *stashes* is bytes
held over dense, of the tensors that are encoded; a bitmap's bound is 0.531 at 50 %, 0.331 at 70 %.

What a bitmap alone can save of a peak is decided by the rest of the step. vgg (64x64 images) and resnet18
(96x96) also hold the indices of pools and what batch norms read, which have no zeros, and few layers of large
images make the working set of one layer a large part of the peak. plain32 is the net of 32 layers without
shortcuts that He et al. compare ResNets with on 32x32 images (arXiv 1512.03385, 4.2), without batch norms:
nearly all that its step holds is what ReLUs leave.
"""

PRUNED = """\
## Pruning during training

**Not bit-identical to the original: pruned.** `--prune-activations` turns ReLUs into ThresholdedRelus. Ratios
are to the net that is not pruned; *identical* is to the pruned net with its stashes as they are.
"""

ACCURACY = """\
## Accuracy

Three convolutions with ReLU, AdamW; mean and standard deviation over seeds of weights and order.
*identical*: the losses of all steps and the parameters in the end, bit for bit, for every seed.
Thresholds are those of the net after its first epoch; *zeros* is what pruned activations hold in the end.
"""

ADAPTING = """\
## The whole net against its last layers

A net that has learned the digits 0 to 4 learns 5 to 9.
"""

LIMITS = """\
## What fits a limit

VGG-like net; the largest batch (images 64x64) and the largest image side (batch 8) whose steps run when the
system allows the process so much writable memory (RLIMIT_DATA) beyond what it has when the graph is loaded.
Stock is run at bitgraph's size, too.
"""

PEERS = """\
## BitTrain's own way beside ours

The same tensors, one thread. BitTrain's way is our own few lines after its published C++
(`tools/peers/bittrain.cc`); held bytes are those that its vectors reserve.
"""
