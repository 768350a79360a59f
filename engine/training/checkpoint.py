"""Checkpoints: the whole state of a training run, so that it goes on as if never stopped."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path

from engine.errors import InputError
from engine.files import read_whole, write_whole
from engine.models.weights import decode_arrays, encode_arrays
from engine.training.settings import STEERING
from engine.training.snapshot import Snapshot, arrays_of, restore
from engine.training.train import Trainer

FORMAT = "tapestry-checkpoint-2"
_LARGEST = 1 << 32


def checkpoint_path(weights: str | PathLike[str]) -> Path:
    """Where the checkpoint of a run that makes these weights stands: beside them."""
    path = Path(weights)
    return path.with_name(f"{path.stem}.checkpoint{path.suffix}")


def save_checkpoint(trainer: Trainer, path: str | PathLike[str]) -> None:
    """Write the state of a training run whole or not at all.

    Raises:
        InputError: it could not be written.
    """
    header = {
        "format": FORMAT,
        "settings": json.dumps(trainer.settings.as_dict()),
        "iteration": str(trainer.iteration),
        "smoothed_loss": trainer.smoothed_loss.hex(),
        "updates": str(trainer.optimizer.count),
        "text": trainer.text_digest,
        "changes": json.dumps(trainer.changes),
        "random": json.dumps(trainer.rng.bit_generator.state),
    }
    write_whole(path, encode_arrays(arrays_of(trainer), header))


def restore_checkpoint(trainer: Trainer, path: str | PathLike[str]) -> None:
    """Put a new trainer with the same settings and text into the state that was saved.

    Settings that only steer the updates (the learning rate, its schedule, ...) may differ: training
    goes on with the trainer's own from there, and the change is kept in ``trainer.changes``.

    Raises:
        InputError: the file is no checkpoint, or one of other settings.
    """
    what = "a checkpoint that `tapestry train` saved"
    arrays, header = decode_arrays(read_whole(path, limit=_LARGEST, what=what), path)
    try:
        if header["format"] != FORMAT:
            raise InputError(f"is no checkpoint; choose {what}", file=path)
        settings = json.loads(header["settings"])
        wanted = trainer.settings.as_dict()
        differing = {name: v for name, v in wanted.items() if settings.get(name) != v}
        for name, value in differing.items():
            if name not in STEERING:
                raise InputError(
                    f"was made with {name} {settings.get(name)}, not {value};"
                    " resume with the same options",
                    file=path,
                )
        if header["text"] != trainer.text_digest:
            raise InputError("was made from another text; resume with the same one", file=path)
        saved = Snapshot(
            int(header["iteration"]),
            float.fromhex(header["smoothed_loss"]),
            int(header["updates"]),
            json.loads(header["random"]),
            arrays,
        )
        restore(trainer, saved)
        trainer.changes = tuple(json.loads(header["changes"]))
        if differing:
            since = {"from_iteration": trainer.iteration + 1, **differing}
            trainer.changes = (*trainer.changes, since)
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(f"is not a whole checkpoint; choose {what}", file=path) from error
