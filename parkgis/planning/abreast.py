"""The same work for several lands, two abreast: GEOS leaves the interpreter free while it works; and what threads leave behind."""

from __future__ import annotations

import concurrent.futures
import ctypes
import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")


def abreast(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return what some work makes of each item, in their order.

    The thread that asks does its share: what another thread has used and given back, no other can use again.

    Examples
    --------
    >>> abreast(len, ["a", "bc", ""])
    [1, 2, 0]
    """
    turns = iter(enumerate(items))  # a thread takes the next when it is done with one

    def share() -> dict[int, Result]:
        return {n: work(item) for n, item in turns}

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        other = pool.submit(share)
        done = share() | other.result()
    return [done[n] for n in range(len(items))]


def give_back() -> None:
    """Give free memory back to the system: on Linux the C library keeps what a thread used for threads to come."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
