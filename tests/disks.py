"""A disk of a few megabytes, for tests that fill one."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager


@contextlib.contextmanager
def _small_disk(megabytes: int, owner: str | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="parkgis-disk-"))
    options = f"size={megabytes}m,mode=0755" + (f",uid={owner}" if owner else "")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"cannot mount here: {mounted.stderr.decode(errors='replace').strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


@pytest.fixture
def small_disk() -> Callable[..., AbstractContextManager[Path]]:
    """Mount a memory disk of some megabytes for a while; skips where only root may."""
    return _small_disk
