"""A demonstration of one's own, for browser tests and screenshots: real processes, a free port, a folder that goes away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class ServerDidNotStartError(Exception):
    """The demonstration did not come up; the message holds what it printed."""


@contextmanager
def demo_server(*, seconds: float = 300.0, more_env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Address (``http://127.0.0.1:PORT``) of a freshly loaded demonstration, stopped and removed after the block.

    ``more_env``: variables set for it alone.
    """
    folder = Path(tempfile.mkdtemp(prefix="sheber-demo-"))
    port = free_port()
    env = {**os.environ, "SHEBER_VAR": str(folder / "var"), "PORT": str(port), **(more_env or {})}
    for name in ("SHEBER_DATABASE", "DJANGO_SETTINGS_MODULE"):
        env.pop(name, None)
    log = folder / "log"
    try:
        with log.open("w") as output:
            server = subprocess.Popen([sys.executable, str(ROOT / "bootstrap.py"), "demo", "--here"], env=env, cwd=ROOT,
                                      stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://127.0.0.1:{port}/", server, log, seconds)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with direct.open(address, timeout=5):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise ServerDidNotStartError(f"no answer from {address}:\n{log.read_text('utf-8', 'replace')}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
