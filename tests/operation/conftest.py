"""Databases of one's own, and the command line as an operator types it."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRST_ISSUE = ROOT / "tests" / "golden" / "upgrade" / "demo-first-issue.zip"
"""The demonstration as the first issue's migrations and loader made it (one student a class, all invented)."""

SERVER = os.environ.get("SHEBER_DATABASE", "")
HERE = "postgresql" if SERVER.startswith("postgres") else "sqlite"


class Installation:
    """A data folder and a database; ``sheber(...)`` runs a command on them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.more: dict[str, str] = {}
        (folder / "assets").mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHEBER_", "DJANGO_"))}
        return {**kept, "SHEBER_VAR": str(self.folder), "SHEBER_DATABASE": self.url, "SHEBER_LANGUAGE": "en", **self.more}

    def sheber(self, *words: object, typed: str = "", status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([sys.executable, "-m", "sheber", *map(str, words)], env=self.environment, cwd=ROOT, input=typed,
                              capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def json(self, *words: object, **more: object):
        return json.loads(self.sheber(*words, "--json", **more).stdout)

    def query(self, sql: str) -> list[tuple]:
        """By the driver, without any code of the product."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
                return connection.execute(sql).fetchall()
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def make(tmp_path):
    """``make("sqlite")`` or ``make("postgresql")``: an empty installation; databases on the server are dropped at the end."""
    made: list[str] = []

    def make(kind: str) -> Installation:
        name = f"drill_{os.getpid()}_{len(made)}"
        made.append(kind)
        folder = tmp_path / name
        if kind == "sqlite":
            return Installation(folder, f"sqlite:///{folder / 'data.sqlite3'}")
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        return Installation(folder, urlsplit(SERVER)._replace(path=f"/{name}").geturl())

    yield make
    for number, kind in enumerate(made):
        if kind == "postgresql":
            with psycopg.connect(SERVER, autocommit=True) as server:
                server.execute(f'DROP DATABASE IF EXISTS "drill_{os.getpid()}_{number}" WITH (FORCE)')
