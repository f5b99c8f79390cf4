"""Each check of what an operator set: one case in which it fails and one in which it passes, with the sentence that is read."""

import os
import shutil
import socket
import threading
from types import SimpleNamespace

import pytest

from sheber.kit import backups
from sheber.spine.files.rules.places import Scanner
from sheber.spine.operation.checks import examine, setting, status_of
from sheber.spine.operation.checks.results import Look

pytestmark = pytest.mark.usefixtures("in_english")
LOOK = Look("check")


@pytest.fixture
def server(settings, tmp_path):
    """Settings of a university's server where all is well."""
    tmp_path.chmod(0o750)
    settings.VAR, settings.DEMONSTRATION, settings.SECRET_KEY = tmp_path, False, "k" * 60
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = ["sheber.university.example"], ["https://sheber.university.example"]
    settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, ["127.0.0.0/8", "10.0.0.5"]
    settings.MAIL_CONFIGURED, settings.PUBLIC_URL = True, "https://sheber.university.example"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    (tmp_path / "secret-key").write_text("k" * 60)
    (tmp_path / "secret-key").chmod(0o600)
    return settings


def room(free):
    return lambda _path: SimpleNamespace(total=free, used=0, free=free)


WELL = {
    "python": "Python 3.", "secret_key": "long and kept from others", "hosts": "sheber.university.example",
    "tls": "proxies believed: 127.0.0.0/8, 10.0.0.5", "data_folder": "The data folder is", "disk": "are free", "mail": "Letters leave by",
    "file_store": "Stores of files: files", "virus_scanner": "no scanner is set", "static_files": "are built"}


def test_all_checks_of_settings_are_here():
    assert set(setting.SETTINGS) == set(WELL)


@pytest.mark.parametrize("name", sorted(WELL))
def test_where_all_is_well_it_says_so(server, monkeypatch, name):
    monkeypatch.setattr(shutil, "disk_usage", room(50 << 30))
    found = setting.SETTINGS[name](Look(name))
    assert (found.check, found.state, found.todo) == (name, "ok", "")
    assert WELL[name] in found.sentence


def changed(name, **values):
    """The check ``name``, once these settings stand."""
    def case(server, _monkeypatch):
        for key, value in values.items():
            setattr(server, key, value)
        return setting.SETTINGS[name](Look(name))
    return case


def with_file(name, path, mode):
    def case(server, _monkeypatch):
        (server.VAR / path).chmod(mode)
        return setting.SETTINGS[name](Look(name))
    return case


def full(free):
    def case(_server, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", room(free))
        return setting.disk(LOOK)
    return case


def unwritable(_server, monkeypatch):
    monkeypatch.setattr(os, "access", lambda _path, _how: False)         # root may write anywhere
    return setting.data_folder(LOOK)


def unbuilt(server, _monkeypatch):
    (server.STATIC_ROOT / "staticfiles.json").unlink()
    return setting.static_files(LOOK)


CASES = {
    "a short key": (changed("secret_key", SECRET_KEY="short"), "bad", "sign-ins can be forged", "SHEBER_SECRET_KEY"),
    "a key that others read": (with_file("secret_key", "secret-key", 0o640), "bad", "Others can read the secret key", "chmod 600"),
    "any host": (changed("hosts", ALLOWED_HOSTS=["*"]), "bad", "Any name of a host is taken", "SHEBER_HOSTS"),
    "no host": (changed("hosts", ALLOWED_HOSTS=["127.0.0.1", "localhost"]), "warn", "Only this computer", "SHEBER_HOSTS"),
    "no TLS": (changed("tls", SECURE_SSL_REDIRECT=False), "bad", "without TLS", "SHEBER_TLS=0"),
    "a plain origin": (changed("tls", CSRF_TRUSTED_ORIGINS=["http://sheber.university.example"]), "bad", "is not https", "SHEBER_ORIGINS"),
    "an origin that is no host": (changed("tls", CSRF_TRUSTED_ORIGINS=["https://old.university.example:8443"]), "bad",
                                  "old.university.example", "into both"),
    "everybody a proxy": (changed("tls", TRUSTED_PROXIES=["127.0.0.1", "0.0.0.0/0"]), "bad", "0.0.0.0/0", "SHEBER_TRUSTED_PROXIES"),
    "a folder that cannot be written": (unwritable, "bad", "cannot be written", "chown"),
    "a folder others write into": (with_file("data_folder", ".", 0o772), "bad", "Others can write", "chmod go-w"),
    "a folder others look into": (with_file("data_folder", ".", 0o755), "warn", "look into", "chmod o-rwx"),
    "little room": (full(1 << 30), "warn", "1.0 GB are free", "Make room"),
    "no room": (full(100 << 20), "bad", "0.1 GB are free", "Make room now"),
    "no mail": (changed("mail", MAIL_CONFIGURED=False), "warn", "in the product alone", "SHEBER_MAIL"),
    "links to this machine": (changed("mail", PUBLIC_URL="http://127.0.0.1:8000"), "warn", "others cannot open", "SHEBER_URL"),
    "a scanner that is gone": (changed("virus_scanner", FILES_SCANNER=Scanner(path="/no/such/socket")), "bad", "does not answer",
                               "SHEBER_SCANNER"),
    "no styles": (unbuilt, "bad", "not built", "collectstatic")}


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_is_wrong_is_said_with_what_to_do(server, monkeypatch, name):
    case, state, sentence, todo = CASES[name]
    found = case(server, monkeypatch)
    assert found.state == state
    assert sentence in found.sentence
    assert todo in found.todo


def test_a_demonstration_needs_no_tls(server):
    server.DEMONSTRATION, server.SECURE_SSL_REDIRECT = True, False
    assert setting.tls(LOOK).state == "ok"


def test_origins_with_a_star_or_a_port_are_taken_as_hosts_are(server):
    server.ALLOWED_HOSTS = [".university.example", "[::1]"]
    server.CSRF_TRUSTED_ORIGINS = ["https://*.university.example", "https://sheber.university.example:8443", "https://[::1]:8443"]
    assert setting.tls(LOOK).state == "ok"


def test_a_scanner_that_answers(server):
    """One line of clamd's protocol, by a socket of the operating system."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def answer():
            line, _peer = listening.accept()
            with line:
                while line.recv(1 << 16)[-4:] != b"\0\0\0\0":
                    pass
                line.sendall(b"stream: OK\0")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        server.FILES_SCANNER = Scanner(host="127.0.0.1", port=listening.getsockname()[1])
        found = setting.virus_scanner(LOOK)
        thread.join(10)
    assert (found.state, found.sentence) == ("ok", "The virus scanner answers.")


@pytest.mark.django_db
def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(server, monkeypatch):
    class Gone:
        def check(self):
            raise OSError("the bucket is gone")

    monkeypatch.setattr(backups, "stores", lambda: {"files": Gone()})
    found = {one.check: one for one in examine()}
    assert found["file_store"].state == "bad"
    assert "the bucket is gone" in found["file_store"].sentence
    assert {"static_files", "database", "letters"} <= found.keys()
    assert status_of(list(found.values())) == 2
