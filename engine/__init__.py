"""Computation graphs of language models: autodiff, models, traces; no Qt and no torch."""
