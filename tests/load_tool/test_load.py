"""The load tool finds errors: it drives a server of this test that answers some paths wrongly, slowly or not at all."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import load


@pytest.fixture
def server(monkeypatch):
    """A server with a list of what it was asked; ``broken`` are paths and how they fail."""
    monkeypatch.setattr(load, "RAMP_S", 0.1)
    monkeypatch.setattr(load, "WARM_S", 0.1)
    asked, broken = [], {}

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            path = self.path.split("?")[0]
            asked.append((self.command, path, body))
            how = broken.get((self.command, path), broken.get(path, 200))
            if how == "hangs up":
                self.close_connection = True
                return
            if how == "slow":
                time.sleep(0.2)
                how = 200
            text = json.dumps({"edit_version": 7}).encode()
            self.send_response(how)
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Set-Cookie", "sheber_csrf=abc; Path=/")
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_PATCH = do_GET  # noqa: N815 - names of the base class

        def log_message(self, *_more):
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made.server_address[1], asked, broken
    made.shutdown()
    made.server_close()
    thread.join(5)


ROLE = {"pages": [("home", "GET", "/"), ("gap", "GET", "/gap/")], "evidence": {"person_id": 1}, "matrix": ("/matrix", "MAT1", ("4.4",))}


def driven(server, seconds=1.0):
    found = load.drive(server[0], [(n, ROLE) for n in range(8)], (("at work", (0.0, 0.02), seconds), ("at the limit", (0.0, 0.0), 0.3)))
    return found, {row["page"]: row for row in found["at work"]}


def test_no_error_where_there_is_none_and_everything_is_asked_for(server):
    found, rows = driven(server)
    assert load.verdict(found) == 0
    assert {"home", "gap", "plain", "search", "write: preference", "write: evidence", "write: matrix cell"} <= rows.keys()
    sent = [json.loads(body) for method, path, body in server[1] if (method, path) == ("PATCH", "/matrix")]
    assert sent
    assert all(one["edit_version"] == 7 for one in sent)
    assert found["at the limit"]


@pytest.mark.parametrize("how", [500, 403, 404, 409, "hangs up"])
def test_one_path_that_fails_is_found(server, how):
    server[2]["/gap/"] = how
    found, rows = driven(server)
    assert load.verdict(found) == 1
    assert rows["gap"]["errors"] == rows["gap"]["requests"] > 0
    assert rows["home"]["errors"] == 0
    assert rows["all pages"]["errors"] == rows["gap"]["errors"]


def test_a_write_that_fails_is_found_and_a_conflict_is_none(server):
    server[2][("PATCH", "/matrix")] = 409
    found, rows = driven(server)
    assert load.verdict(found) == 0
    assert rows["write: matrix cell"]["conflicts"] == rows["write: matrix cell"]["requests"] > 0
    server[2]["/api/v1/evidence"] = 500
    assert load.verdict(driven(server)[0]) == 1


def test_slow_answers_are_seen_beside_the_plain_page(server):
    server[2]["/gap/"] = "slow"
    _found, rows = driven(server)
    assert rows["gap"]["p50_ms"] >= 200
    assert rows["gap"]["times_plain"] > 2
    assert load.verdict({"at work": [], "at the limit": []}) == 1, "nobody answered: that is no success"
