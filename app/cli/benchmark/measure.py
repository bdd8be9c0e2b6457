"""Times taken side by side: everything that is compared is asked in turn, need by need, and medians are kept."""

import ctypes
import gc
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

Asked = TypeVar("Asked")

STATM = Path("/proc/self/statm")


def interleaved(
    asked: Sequence[Asked], ways: Mapping[str, Callable[[Asked], object]], *, rounds: int
) -> dict[str, float]:
    """Median seconds of each way over all that is asked. In each turn another way comes first, so that none of them
    always finds the caches that another one left."""
    names = list(ways)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for way in ways.values():
        way(asked[0])
    gc.collect()
    gc.disable()
    try:
        for at, one in enumerate(list(asked) * rounds):
            for shift in range(len(names)):
                name = names[(at + shift) % len(names)]
                start = perf_counter()
                ways[name](one)
                taken[name].append(perf_counter() - start)
    finally:
        gc.enable()
    return {name: median(times) for name, times in taken.items()}


def once(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = perf_counter()
    work()
    return perf_counter() - start


def resident() -> int:
    """Bytes of memory that this process holds now, without what it has freed; 0 where the system does not say."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc keeps freed pages until it is told
    if trim is not None:
        trim(0)
    if not STATM.exists():
        return 0
    return int(STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
