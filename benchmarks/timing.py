"""Time whole processes in pairs: A B A B ..., so that a machine whose speed drifts does not favour either."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNS = 7
# An installed package is compiled once; with this variable a checkout would be compiled at every start.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: Sequence[str]) -> float:
    """Run a command to its end and return its wall time; its output is read and thrown away."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def pair(name: str, ours: Sequence[str], peer: Sequence[str], runs: int = RUNS) -> float:
    """Time two commands in turn, print a row, and return the median of the ratios peer / ours."""
    seconds(ours), seconds(peer)  # warm the disk cache
    times = [(seconds(ours), seconds(peer)) for _ in range(runs)]
    ratio = statistics.median(b / a for a, b in times)
    mine, theirs = (statistics.median(t[i] for t in times) for i in (0, 1))
    print(f"{name:<44} ours {mine:6.3f} s   peer {theirs:6.3f} s   peer/ours {ratio:5.2f}")
    return ratio


def python(*words: str) -> list[str]:
    return [sys.executable, *words]
