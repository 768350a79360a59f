"""Smoothed n-gram models: what an unseen n-gram is worth, in five ways."""

from __future__ import annotations

from engine.models.smoothing.choice import MLE, SMOOTHINGS, Smoothing, SmoothingName

__all__ = ["MLE", "SMOOTHINGS", "Smoothing", "SmoothingName"]
