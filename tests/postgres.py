"""A private PostgreSQL + PostGIS for the tests: one cluster a session, one database a test module.

It listens on loopback only, on a free port, with a password. ``PARKGIS_TEST_POSTGRES`` may name a running server instead: a
connection string of a superuser.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SETTINGS = (  # nothing here outlives the tests
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "unix_socket_directories=", "listen_addresses=127.0.0.1",
    "max_connections=60", "shared_buffers=64MB",
)  # fmt: skip
TEMPLATE = "parkgis_template"
NOBODY = 65534


def binaries() -> Path | None:
    """Find the folder of ``initdb``: Debian keeps it out of the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    found = [p for p in folders if (p / "initdb").exists()] or ([Path(on_path).parent] if on_path else [])
    return found[0] if found else None


def dsn(server: str, database: str, user: str = "", password: str = "") -> str:
    """Return the connection string of another database, or another user, of a server; ``password`` is percent-encoded."""
    facts = conninfo_to_dict(server)
    secret = password or facts.get("password") or ""
    login = f"{user or facts.get('user', '')}{':' * bool(secret)}{secret}"
    return f"postgresql://{login}@{facts.get('host', '')}:{facts.get('port', 5432)}/{database}"


@contextlib.contextmanager
def admin(server: str, database: str = "postgres") -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Connect as the superuser; every statement commits by itself."""
    with psycopg.connect(dsn(server, database), autocommit=True) as db:
        yield db


@contextlib.contextmanager
def cluster(bin_: Path, settings: Sequence[str] = SETTINGS) -> Iterator[str]:
    """Run a cluster of its own as an ordinary user: PostgreSQL refuses root."""
    folder = Path(tempfile.mkdtemp(prefix="parkgis-pg-"))
    password = secrets.token_hex(8)
    secret = folder / "password"
    secret.write_text(password, encoding="ascii")
    user: dict[str, Any] = {}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for path in (folder, secret):
            os.chown(path, NOBODY, NOBODY)

    def run(tool: str, *words: str) -> None:
        command = [str(bin_ / tool), "-D", str(folder / "data"), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, env={**os.environ, "LC_ALL": "C"}, **user)

    initial = ("--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C", "--no-sync")
    try:
        run("initdb", "-U", "postgres", *initial)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", " ".join(f"-c {s}" for s in (f"port={port}", *settings)))
        try:
            yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Connection string of a superuser of a running server whose template has PostGIS."""
    with contextlib.ExitStack() as stack:
        given, bin_ = os.environ.get("PARKGIS_TEST_POSTGRES"), binaries()
        if not given and bin_ is None:
            missing = "no PostgreSQL: install postgresql and postgresql-15-postgis-3, or set PARKGIS_TEST_POSTGRES"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
        assert given or bin_
        found = given or stack.enter_context(cluster(bin_))  # type: ignore[arg-type]
        make_template(found)
        yield found


def make_template(found: str) -> None:
    with admin(found) as db:
        if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            return
        db.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'")
    with admin(found, TEMPLATE) as db:
        db.execute("CREATE EXTENSION postgis")


@contextlib.contextmanager
def fresh(found: str) -> Iterator[str]:
    """Make a database with PostGIS and nothing else, and drop it afterwards."""
    name = f"parkgis_{secrets.token_hex(4)}"
    with admin(found) as db:
        db.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    try:
        yield dsn(found, name)
    finally:
        with admin(found) as db:
            db.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def module_database(server: str) -> Iterator[str]:
    with fresh(server) as found:
        yield found


@pytest.fixture
def database(module_database: str) -> str:
    """A database without a ledger: the module's own, emptied."""
    with psycopg.connect(module_database, autocommit=True) as db:
        db.execute("SET client_min_messages = warning")
        db.execute("DROP SCHEMA IF EXISTS parkgis CASCADE")
    return module_database
