"""The start: what is skipped, what is refused, and that children go when the parent goes."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import bootstrap
from tools import test_run

ROOT = Path(__file__).resolve().parents[2]
START = [sys.executable, str(ROOT / "bootstrap.py")]


def start(*words, **variables):
    env = {name: value for name, value in os.environ.items() if name not in {"PORT", "SHEBER_VAR"}}
    return subprocess.run([*START, *words], capture_output=True, text=True, encoding="utf-8", env={**env, **variables}, check=False)


def test_without_a_command_it_explains_itself():
    assert "python3 bootstrap.py demo" in start().stdout
    assert start("no-such-command").returncode == 2


def test_it_needs_the_standard_library_alone():
    code = "import sys; sys.path.insert(0, sys.argv[1]); import bootstrap"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_busy_port_is_one_sentence(command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = start(command, "--here", PORT=str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert "is busy" in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("status", [200, 301, 302, 400, 404])
def test_any_answer_but_an_error_of_the_server_is_an_answer(status):
    """Production settings redirect to TLS, which is spoken by the proxy and not here."""
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Location", f"https://127.0.0.1:{self.server.server_port}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            assert bootstrap.answers(server.server_port)
        finally:
            server.shutdown()
            serving.join()


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1", "8000.5", "²", "٨٠٠٠", "9" * 5000])
def test_a_port_that_is_none_is_refused(port):
    answer = start("demo", "--here", PORT=port)
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)


def test_an_old_python_is_told_what_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert bootstrap.main() == 2
    assert "3.11 or newer" in capsys.readouterr().out


def test_the_demonstration_and_real_people_do_not_share_a_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "VAR", tmp_path / "var")
    bootstrap.own_use(demonstration=True)
    bootstrap.own_use(demonstration=True)
    with pytest.raises(bootstrap.TroubleError, match="SHEBER_VAR"):
        bootstrap.own_use(demonstration=False)


def test_a_folder_that_cannot_be_written_is_told(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(bootstrap, "VAR", tmp_path / "file")
    with pytest.raises(bootstrap.TroubleError, match="SHEBER_VAR"):
        bootstrap.own_use(demonstration=True)


def test_a_digest_sees_content_names_and_order(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.py").write_text("1")
    first = bootstrap.digest(tmp_path / "a")
    assert bootstrap.digest(tmp_path / "a") == first
    (tmp_path / "a" / "__pycache__").mkdir()
    (tmp_path / "a" / "__pycache__" / "one.pyc").write_text("compiled")
    assert bootstrap.digest(tmp_path / "a") == first
    (tmp_path / "a" / "one.py").rename(tmp_path / "a" / "two.py")
    renamed = bootstrap.digest(tmp_path / "a")
    (tmp_path / "a" / "two.py").write_text("2")
    assert len({first, renamed, bootstrap.digest(tmp_path / "a")}) == 3


class Steps:
    """`prepare` with a recorder in place of the processes it starts."""

    def __init__(self, monkeypatch, tmp_path):
        self.done = []
        monkeypatch.setattr(bootstrap, "VAR", tmp_path)
        monkeypatch.setattr(bootstrap, "sheber", self.run)
        self.var = tmp_path

    def run(self, _env, *words):
        self.done.append(words[0])
        (self.var / "sheber.sqlite3").touch()
        (self.var / "static").mkdir(exist_ok=True)

    def prepare(self, **env):
        self.done = []
        bootstrap.prepare(env, demonstration=True)
        return self.done


def test_a_second_start_does_nothing_and_a_lost_database_is_made_again(monkeypatch, tmp_path):
    steps = Steps(monkeypatch, tmp_path)
    assert steps.prepare() == ["catalogues", "django", "demo", "build-assets", "django"]
    assert steps.prepare() == []
    (tmp_path / "sheber.sqlite3").unlink()
    assert steps.prepare() == ["django", "demo"]
    assert steps.prepare(SHEBER_DATABASE="postgresql://host/name") == ["django", "demo"]
    assert steps.prepare(SHEBER_DATABASE="postgresql://host/name") == ["django", "demo"]      # a server's tables cannot be seen from here


def test_a_step_that_fails_is_not_stamped(monkeypatch, tmp_path):
    steps = Steps(monkeypatch, tmp_path)

    def fail(_env, *words):
        raise bootstrap.TroubleError(" ".join(words))

    monkeypatch.setattr(bootstrap, "sheber", fail)
    with pytest.raises(bootstrap.TroubleError):
        steps.prepare()
    monkeypatch.setattr(bootstrap, "sheber", steps.run)
    assert steps.prepare()[0] == "catalogues"


@pytest.mark.skipif(os.name != "posix", reason="process groups are of POSIX")
def test_a_child_and_what_it_started_are_ended(monkeypatch):
    script = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True)
    grandchild = int(child.stdout.readline())
    bootstrap.finish(child)
    child.stdout.close()
    assert child.returncode == -signal.SIGTERM
    end = time.monotonic() + 5
    while alive(grandchild) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(grandchild)


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_the_summary_counts_all_runs():
    counts = Counter(passed=12, failed=1, errors=1, skipped=2)
    assert test_run.summary(counts, 3725.5).strip("= ") == "1 failed, 12 passed, 2 skipped, 1 error in 3725.50s (1:02:05)"
    assert "no tests ran" in test_run.summary(Counter(), 0.1)


def test_a_failing_pytest_is_counted_and_passed_on(tmp_path):
    (tmp_path / "test_one.py").write_text("def test_right(): pass\ndef test_wrong(): assert 1 == 2\n")
    counts = Counter()
    status = test_run.pytest(counts, [str(tmp_path), "-p", "no:cacheprovider", "-p", "no:xdist"], {"SHEBER_DATABASE": ""})
    assert status == 1
    assert (counts["passed"], counts["failed"]) == (1, 1)


@pytest.mark.skipif(os.name != "posix", reason="on Windows a process keeps the number of a parent that is gone")
def test_children_end_when_the_parent_is_killed():
    child = "from sheber.site.cli.parent import end_with_parent; end_with_parent(); import time; print('up', flush=True); time.sleep(60)"
    parent = ("import os, subprocess, sys, time; env = {**os.environ, 'SHEBER_PARENT': str(os.getpid())}; "
              "subprocess.Popen([sys.executable, '-c', sys.argv[1]], env=env); time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", parent, child], stdout=subprocess.PIPE) as started:
        try:
            assert started.stdout.readline() == b"up\n"
        finally:
            started.kill()
        begun = time.monotonic()
        assert started.stdout.read() == b""       # the pipe ends with the last process that holds it
        assert time.monotonic() - begun < 20


@pytest.mark.skipif(os.name != "posix", reason="there is no such lock on Windows")
def test_two_starts_over_one_folder_wait_for_each_other(tmp_path):
    order = []

    def second():
        with bootstrap.one_at_a_time(tmp_path / "lock"):
            order.append("second")

    waiting = threading.Thread(target=second)
    with bootstrap.one_at_a_time(tmp_path / "lock"):
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]
