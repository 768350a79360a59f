"""The bug museum: classic mistakes of backpropagation, planted in a run and caught.

    >>> import numpy as np
    >>> from engine.museum import EXHIBITS, diagnose, exhibit, plant, modular, procedural
    >>> len(EXHIBITS)
    10
    >>> mistake = exhibit("exp-input")
    >>> mistake.right.split("#")[0].strip(), mistake.wrong.split("#")[0].strip()
    ('dx = dy * y', 'dx = dy * x')

Planting replaces one rule in the program of a run and runs it again:

    >>> planted = plant(mistake.chain.record(), mistake)
    >>> planted.trace.provenance["planted"]
    'exp-input'

The diagnosis is computed: where the error is born, how it spreads, which check notices.

    >>> diagnosis = diagnose(planted, np.random.default_rng(0))
    >>> planted.trace.nodes[diagnosis.born].name
    'a'
    >>> [module.name for module in diagnosis.failing]
    ['exp y']
    >>> modular(planted, diagnosis)[:48]
    'Of 2 modules, exp y fails its own check (off by '
    >>> procedural(diagnosis)[-44:]
    'Something is wrong, and it cannot say where.'
"""

from engine.museum.diagnosis import Diagnosis, Trial, diagnose, diagnosis_in_steps
from engine.museum.examples import Example
from engine.museum.exhibits import EXHIBITS, Exhibit, exhibit
from engine.museum.planted import PlantedRun, PlantedTrace, obstacle, plant
from engine.museum.replant import replanted
from engine.museum.spread import Spread, spread_of
from engine.museum.words import (
    Testimony,
    birth,
    evidence,
    modular,
    on_graphs,
    procedural,
)

__all__ = [
    "EXHIBITS",
    "Diagnosis",
    "Example",
    "Exhibit",
    "PlantedRun",
    "PlantedTrace",
    "Spread",
    "Testimony",
    "Trial",
    "birth",
    "diagnose",
    "diagnosis_in_steps",
    "evidence",
    "exhibit",
    "modular",
    "obstacle",
    "on_graphs",
    "plant",
    "procedural",
    "replanted",
    "spread_of",
]
