"""Shared by every test: how Hypothesis runs, the rights of an ordinary user, a disk without room."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from chromium import browser, page  # noqa: F401 - fixtures for every test
from disks import small_disk  # noqa: F401
from postgres import database, module_database, server  # noqa: F401 - and these

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

# No deadline: machines differ. Derandomised: the same tree gives the same result.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")

NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder every user may read: ``tmp_path`` lies below one that only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="parkgis-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextlib.contextmanager
def _ordinary_user() -> Iterator[None]:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextlib.contextmanager
def _full_disk(room: int) -> Iterator[None]:
    resource = pytest.importorskip("resource", reason="POSIX only")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))  # Python ignores SIGXFSZ: a write fails with EFBIG
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def full_disk() -> Callable[[int], AbstractContextManager[None]]:
    """Let no file grow beyond a number of bytes for a while."""
    return _full_disk


@pytest.fixture
def ordinary_user() -> Callable[[], AbstractContextManager[None]]:
    """Give up root for a while, where there is root: it writes to read-only files."""
    return _ordinary_user
