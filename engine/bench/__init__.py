"""Ours and PyTorch's eager mode, and n-grams and their peers, side by side: `tapestry bench`.

What is compared does the same work on the same numbers: a test holds every peer's loss to ours.
All routes of a case take turns in one process, on one thread, so that whatever else the machine
does slows all alike; what counts is the ratio, the median over the turns of ours / peer.

**step**, a training step at coarse grain. It mattered: a row of a table W_x E + b for each token,
gathered, and its adjoint summed with a one-hot product (``np.add.at`` takes eight times as long);
each gate a contiguous block; one tanh for all gates, sigmoid(x) = 1/2 + 1/2 tanh(x/2); buffers
allocated once and ``out=`` everywhere; weights' adjoints as one product over all time steps;
softmax in place. The limit is the bare matrix products, timed as a peer. Tried and left out: a
loop in C is within 1.15 of that limit, numba is slower than C and 200 MB large.

**record**, the tape at fine grain, forward and back. It mattered: objects with slots and no
closures (reference cycles make T = 800 four times slower a node than T = 50); a context manager
that is a class; no lists or keywords unpacked for one and two operands; ``dot`` with a vector
takes a third of ``@``, ``argmax`` and a look-up a quarter of ``max``, a column times a row by
``dot`` half of broadcasting, ``zeros`` of a shape a fifth of ``zeros_like``; the first
contribution to an adjoint kept instead of added to zeros; a shared matrix's outer products and
looked-up columns summed as one product at its turn. Without effect: one call less a node, fewer
fields in a node, ``out=`` for vectors this short. The limit is the bare numpy calls of the same
step, timed as a peer.

The goal of 0.4 is missed by a fifth to a quarter. A step of nine nodes at T = 50 takes 25 us where
PyTorch takes 47: 9 are numpy's calls; 7 are recording (the node and the handle on it 1.7, making
values read-only 0.8, module and time step 0.4, the token as an array 0.5, the rest the calls from
an operator to its row of the table); 9 are the way back (rules that take any shape 2, looking
where a contribution belongs, whether it fits and has an adjoint 5, sums that wait 1). A tape
without names, modules, checks, read-only values and a table of rules takes 13 and meets it: the
difference is what the window shows. The lines "named, contributions one by one" are a model's run
as the window records it, in Version B.

**generate**, one token at a time. It mattered: the same token table; all that multiplies a layer's
h stacked into one matrix, biases as its last column, column after column in memory and padded to
the vector unit; ``np.add.accumulate`` and ``searchsorted`` for the draw (``Generator.choice`` takes
five times as long); logits proved too small to overflow are not shifted. At H = 512 the matrix is
larger than the cache: the bare product, timed as a peer, is nearly all.

**ngram**, counting and using n-grams, beside NLTK, Counters of tuples and KenLM, in fresh
processes. It mattered: numbers sorted that carry as many tokens as fit and their own place
(``np.sort`` of 64 bits is a vector instruction's work; ``argsort`` takes four times as long); rows
that are still equal sorted again, alone; for characters by the two that are missing instead of by
ranks; blocks of a million rows, which stay in the cache; ids looked up by one call a block; no list
of all tokens; code points for characters.
"""
