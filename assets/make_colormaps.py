# ruff: noqa: INP001  (a script beside data, not a package)
"""Bake the colour tables of the program from the package ``cmap`` (a development dependency).

Run from the repository root: ``python assets/make_colormaps.py``. It writes
``assets/colormaps/*.hex``: 256 lines of eight hexadecimal digits, red green blue alpha.

For light themes a diverging table is the named map trimmed to 17..83 %. For the dark theme zero
is the surface colour and the table runs to the map's own hues at 27 % and 73 %, in straight lines
in Oklab, so that equal steps of value look equal.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cmap
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from explorer.theme import THEMES, ThemeName  # noqa: E402  (a script of the repository, run from anywhere)

Colors = NDArray[np.float64]

DIVERGING = {"value": "crameri:vik", "adjoint": "colorbrewer:PRGn"}
SEQUENTIAL = {"probability": "cmocean:ice", "measure": "crameri:acton"}
TRIM = (0.17, 0.83)
DARK_ENDS = (0.27, 0.73)

# Linear sRGB to the cone responses of Oklab, and those to Oklab (Ottosson 2020).
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def to_oklab(rgb: Colors) -> Colors:
    """Return Oklab coordinates of sRGB colours, shape (..., 3), components in [0, 1]."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lab: Colors = np.cbrt(linear @ _CONES.T) @ _LAB.T
    return lab


def from_oklab(lab: Colors) -> Colors:
    """Return sRGB colours of Oklab coordinates, clipped to [0, 1]."""
    linear = ((lab @ np.linalg.inv(_LAB).T) ** 3) @ np.linalg.inv(_CONES).T
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def surface(name: ThemeName) -> Colors:
    """Return the surface colour of a theme, shape (3,)."""
    text = THEMES[name].surface.lstrip("#")
    return np.array([int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)])


def samples(name: str, positions: Colors) -> Colors:
    """Return colours of a named map at positions in [0, 1], shape (len(positions), 3)."""
    return np.asarray(cmap.Colormap(name)(positions), dtype=float)[:, :3]


def diverging_light(name: str) -> Colors:
    """Return the trimmed map, shape (256, 3)."""
    return samples(name, np.linspace(*TRIM, 256))


def diverging_dark(name: str) -> Colors:
    """Return the table whose two middle rows are the dark surface, shape (256, 3)."""
    low, high = to_oklab(samples(name, np.array(DARK_ENDS)))
    zero = to_oklab(surface("dark"))
    position = np.arange(256) - 127.5
    share = ((np.abs(position) - 0.5) / 127)[:, None]
    return from_oklab(zero + (np.where(position[:, None] < 0, low, high) - zero) * share)


def sequential_light(name: str) -> Colors:
    """Return white to the dark end: the map reversed, its pale end drawn to white at first."""
    share = np.linspace(0.0, 1.0, 256)
    lab = to_oklab(samples(name, 0.98 - 0.84 * share))
    fade = np.clip(1 - share * 8, 0.0, 1.0)[:, None]
    return from_oklab(lab + (to_oklab(surface("light")) - lab) * fade)


def sequential_dark(name: str) -> Colors:
    """Return the dark surface to the pale end, the dark end drawn to the surface likewise."""
    share = np.linspace(0.0, 1.0, 256)
    lab = to_oklab(samples(name, 0.22 + 0.68 * share))
    fade = np.clip(1 - share * 8, 0.0, 1.0)[:, None]
    return from_oklab(lab + (to_oklab(surface("dark")) - lab) * fade)


def write(name: str, colors: Colors) -> None:
    """Write one table of shape (256, 3) as text."""
    rows = np.rint(colors * 255).astype(int)
    lines = [f"{red:02x}{green:02x}{blue:02x}ff\n" for red, green, blue in rows]
    folder = ROOT / "assets" / "colormaps"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.hex").write_text("".join(lines), encoding="ascii")


def main() -> None:
    """Write all eight tables."""
    for kind, name in DIVERGING.items():
        write(f"{kind}-light", diverging_light(name))
        write(f"{kind}-dark", diverging_dark(name))
    for kind, name in SEQUENTIAL.items():
        write(f"{kind}-light", sequential_light(name))
        write(f"{kind}-dark", sequential_dark(name))


if __name__ == "__main__":
    main()
