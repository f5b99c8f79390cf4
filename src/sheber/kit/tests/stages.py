"""Real processes in tests, on a database and a folder of their own: begun by one word, killed at the end whatever happened."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

SERVER = os.environ.get("SHEBER_DATABASE", "")
ROOT = Path(__file__).resolve().parents[4]
POLL_S = 0.05


class Stage:
    """Calls begin ``python -m module word …``. ``trace`` is a file by which such a process tells how far it has come."""

    def __init__(self, module: str, environment: dict[str, str], trace: Path) -> None:
        self.module, self.environment, self.trace = module, environment, trace
        self.began: list[subprocess.Popen[str]] = []

    def __call__(self, *words: str) -> "subprocess.Popen[str]":
        self.began.append(subprocess.Popen([sys.executable, "-m", self.module, *words], env=self.environment, text=True,
                                           stdout=subprocess.PIPE, cwd=ROOT))
        return self.began[-1]

    def end(self) -> None:
        for process in self.began:
            process.kill()
            process.communicate()


@contextmanager
def stage(module: str, folder: Path) -> Iterator[Stage]:
    """A stage for the module, on a database of the kind the tests run on."""
    name = f"{module.split('.')[2]}_{os.getpid()}"
    url = f"sqlite:///{folder / 'stage.sqlite3'}"
    if SERVER.startswith("postgres"):
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload, unused-ignore]
        url = urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    environment = {**os.environ, "SHEBER_DATABASE": url, "SHEBER_VAR": str(folder), "KILL_TRACE": str(folder / "trace"),
                   "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test"}
    environment.pop("SHEBER_FILES", None)
    begun = Stage(module, environment, folder / "trace")
    try:
        yield begun
    finally:
        begun.end()
        if SERVER.startswith("postgres"):
            with psycopg.connect(SERVER, autocommit=True) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload, unused-ignore]


def until(true: Callable[[], bool], seconds: float = 240.0) -> None:
    """Wait for it; longer than ``seconds`` is a failure, never a measurement."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(POLL_S)
