"""ARPA files: the form in which n-gram models are exchanged (Doug Paul's, as KenLM reads it)."""

from __future__ import annotations

from engine.models.arpa.model import ArpaModel
from engine.models.arpa.read import read_arpa
from engine.models.arpa.write import write_arpa

__all__ = ["ArpaModel", "read_arpa", "write_arpa"]
