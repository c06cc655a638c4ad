"""What a benchmark ran on, for its figures mean nothing without it."""

import os
import platform
from pathlib import Path

import polars as pl


def machine() -> dict[str, object]:
    """Processor, cores, memory and versions; `load` says how busy others keep it."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text("utf-8").splitlines() if about.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30, 1),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "polars": pl.__version__,
    }
