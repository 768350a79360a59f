"""Training as a generator of immutable steps.

Truncated backpropagation through time: a text is read in windows of T tokens by B lanes side by
side (:mod:`~engine.training.batches`); the states after a window are carried into the next one, the
adjoints are not. Each window gives one update (:mod:`~engine.training.optimizer`) at the rate that
a schedule names (:mod:`~engine.training.schedules`).
"""
