"""The machine a measurement was made on, as far as it decides the numbers."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

import numpy as np


def machine(threads: int) -> dict[str, Any]:
    """What the numbers depend on.

    The BLAS library picks a kernel for the processor when it is loaded, or takes the one named in
    the environment variable OPENBLAS_CORETYPE; a product may run twice as fast on another.
    """
    from threadpoolctl import threadpool_info

    pools: list[dict[str, Any]] = threadpool_info()
    blas = next((pool for pool in pools if pool["user_api"] == "blas"), {})
    return {
        "blas_kernel": str(blas.get("architecture", "unknown")),
        "blas": f"{blas.get('internal_api', 'unknown')} {blas.get('version') or ''}".strip(),
        "threads": threads,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "optimised_python": "--enable-optimizations" in _build_options(),
        "numpy": np.__version__,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def _build_options() -> str:
    import sysconfig

    return str(sysconfig.get_config_var("CONFIG_ARGS") or sys.version)
