"""Recurrent language models at coarse grain, for training at speed.

The same networks as the fine grain records primitive by primitive, written as large matrix products
over whole windows, each cell with its own hand-derived backward pass. A test holds both grains
to the same values and adjoints.
"""

from engine.models.fused.network import FusedNetwork

__all__ = ["FusedNetwork"]
