"""A real server with two web processes: what only sockets show."""

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest

from tools.demo_server import free_port

from .conftest import FIRST_ISSUE, ROOT


@contextmanager
def served(place, **variables):
    port = free_port()
    env = {**place.environment, "SHEBER_TLS": "0", "SHEBER_UPLOAD_MB": "1", "SHEBER_LOG": "json", **variables}
    with (place.folder / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "sheber", "serve", "--port", str(port), "--processes", "2"], env=env, cwd=ROOT,
                                  stdout=log, stderr=log, start_new_session=True)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and server.poll() is None:
            try:
                if ask(port, "GET", "/health/live")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@pytest.mark.slow
def test_what_only_sockets_show(make):
    place = make("sqlite")
    place.sheber("restore", FIRST_ISSUE)
    place.sheber("build-assets")
    place.sheber("django", "collectstatic", "--noinput", "--verbosity", "0")
    with served(place) as port:
        # Larger than the limit: the whole of it is taken and the answer arrives, whether or not its length was said before.
        for size in (2 << 20, 30 << 20):
            status, _headers, body = ask(port, "POST", "/people/sign-in/", b"x" * size)
            assert status == 413, body[:200]
        status, _headers, _body = ask(port, "POST", "/api/v1/organisations", iter([b"y" * 65536] * 100))
        assert status in {400, 401, 403, 404, 405, 413}
        # Two processes count together.
        for _ in range(20):
            ask(port, "GET", "/people/sign-in/")
        wanted = b'sheber_requests_total{method="GET",status="200",view="people:sign_in"} 20.0'
        assert all(wanted in ask(port, "GET", "/metrics")[2] for _ in range(6))
        status, headers, _body = ask(port, "GET", "/health/ready", headers={"X-Request-Id": "from-the-proxy-0001"})
        assert status == 200
        assert {name.lower(): value for name, value in headers.items()}["x-request-id"] == "from-the-proxy-0001"
        place.sheber("maintenance", "on", "--minutes", "5")
        time.sleep(0.7)
        assert ask(port, "GET", "/people/sign-in/")[0] == 503
        place.sheber("maintenance", "off")
        time.sleep(0.7)
        assert ask(port, "GET", "/people/sign-in/")[0] == 200
        # The file is not taken away from under somebody who has it open; between two requests of the server nobody has.
        with closing(sqlite3.connect(place.folder / "data.sqlite3")) as held:
            held.execute("SELECT count(*) FROM people_user").fetchone()
            assert "open" in place.sheber("restore", FIRST_ISSUE, "--replace", typed="data.sqlite3\n", status=2).stderr
        assert ask(port, "GET", "/people/sign-in/")[0] == 200
    assert '"view": "people:sign_in"' in (place.folder / "log").read_text("utf-8")
