"""``parkgis`` as a user starts it: a process of its own, with its own streams, folder and exit code.

A fresh interpreter spends most of such a test on imports. One per test process imports everything once and forks for each
command; what concerns the interpreter itself (its encoding, a limit, another user, Windows) still gets a fresh one.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import io
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

FRESH = [sys.executable, "-m", "parkgis.cli.main"]
SECONDS = 300
INTERPRETER = ("PYTHON", "LC_", "LANG")


def parkgis(*words: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command without standard input and return what it printed."""
    if not hasattr(os, "fork") or _limited() or any(name.startswith(INTERPRETER) for name in env or ()):
        return subprocess.run(
            [*FRESH, *words], cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", timeout=SECONDS, check=False,
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        streams = [str(Path(folder, name)) for name in ("out", "err")]
        asked = {"words": words, "cwd": str(cwd), "env": {**os.environ, **(env or {})}, "streams": streams}
        code = _server().ask(asked)
        out, err = (Path(name).read_text(encoding="utf-8") for name in streams)
        return subprocess.CompletedProcess([*FRESH, *words], code, out, err)


def _limited() -> bool:
    import resource

    return os.geteuid() != os.getuid() or resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY


class _Server:
    """The process that forks; it ends with this one, whose end closes its standard input."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )  # fmt: skip

    def ask(self, asked: dict[str, Any]) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(json.loads(self._process.stdout.readline()))


@functools.cache
def _server() -> _Server:
    return _Server()


def _serve() -> None:
    """Import the whole package, then fork for each line of standard input and write the exit code of each command."""
    package = importlib.import_module("parkgis")
    for module in pkgutil.walk_packages(package.__path__, "parkgis."):
        with contextlib.suppress(ImportError):  # an extra that is not installed here
            importlib.import_module(module.name)
    gc.freeze()
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            _run(json.loads(line))
        print(json.dumps(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])), flush=True)  # noqa: T201


def _run(asked: dict[str, Any]) -> None:
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    for number, name in enumerate([os.devnull, *asked["streams"]]):
        os.dup2(os.open(name, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT, 0o600), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(n, "w", closefd=False), encoding="utf-8") for n in (1, 2))
    sys.argv = ["parkgis", *asked["words"]]
    code = 1
    try:
        importlib.import_module("parkgis.cli.main").main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if isinstance(end.code, str):
            sys.stderr.write(end.code)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
