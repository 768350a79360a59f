"""Ours and PyTorch's eager mode, measured side by side: `tapestry bench`.

What is compared does the same work on the same numbers: a test holds every peer's loss to ours.
All routes of a case take turns in one process, on one thread, so that whatever else the machine
does slows all alike; what counts is the ratio, the median over the turns of ours / peer.

**step**, a training step at coarse grain. It mattered: a row of a table W_x E + b for each token,
gathered, and its adjoint summed with a one-hot product (``np.add.at`` takes eight times as long);
each gate a contiguous block; one tanh for all gates, sigmoid(x) = 1/2 + 1/2 tanh(x/2); buffers
allocated once and ``out=`` everywhere; weights' adjoints as one product over all time steps;
softmax in place. The limit is the bare matrix products, timed as a peer. Tried and left out: a
loop in C is within 1.15 of that limit, numba is slower than C and 200 MB large.

**record**, the tape at fine grain, forward and back. It mattered: one object a node with slots and
no closures (reference cycles make T = 800 four times slower than T = 50); module paths ready when
a node is made; ``dot`` with a vector takes a third of ``@``; ``argmax`` and a look-up half of
``max``; the first contribution to an adjoint kept instead of added to zeros; a shared matrix's
outer products summed as one product at its turn; table columns scattered, never a whole table a
step. Without effect: switching the garbage collector off; an array as ``out=`` for vectors this
short. The limit is the bare numpy calls of the same step, timed as a peer; what is above it is
the interpreter: a node object and the handle on it, a call each for the operation and its rule.

**generate**, one token at a time. It mattered: the same token table; all that multiplies a layer's
h stacked into one matrix, biases as its last column, column after column in memory and padded to
the vector unit; ``np.add.accumulate`` and ``searchsorted`` for the draw (``Generator.choice`` takes
five times as long); logits proved too small to overflow are not shifted. At H = 512 the matrix is
larger than the cache: the bare product, timed as a peer, is nearly all.
"""
