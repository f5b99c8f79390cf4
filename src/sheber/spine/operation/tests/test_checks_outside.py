"""Checks that ask others, against servers on this machine that answer by sockets as real ones do."""

import datetime as dt
import socket
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sheber.spine.accounts.tests.provider import lying_provider
from sheber.spine.operation.checks import examine, outside
from sheber.spine.operation.checks.results import Look

pytestmark = pytest.mark.usefixtures("in_english")
LOOK = Look("address")
SIGN_ON = Look("single_sign_on")
HSTS = {"Strict-Transport-Security": "max-age=31536000"}


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for 127.0.0.1 that this process believes, as one of an authority; its path."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), dt.datetime.now(dt.UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256()))
    path = tmp_path / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@contextmanager
def pages(answers, certificate=None):
    """A web server: path to status and headers. Yields its port."""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers = answers.get(self.path, (404, {}))
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.mark.parametrize(("answers", "state", "sentence", "todo"), [
    ({outside.PAGE: (200, HSTS), "/metrics": (403, {})}, "ok", "by https and through the proxy", ""),
    ({outside.PAGE: (301, {"Location": outside.PAGE})}, "bad", "in a circle", "X-Forwarded-Proto"),
    ({outside.PAGE: (400, {})}, "bad", "under a name that is not ours", "SHEBER_HOSTS"),
    ({outside.PAGE: (502, {})}, "bad", "answers with status 502", "log of the proxy"),
    ({outside.PAGE: (200, HSTS), "/metrics": (200, {})}, "bad", "Anybody can read the figures", "/metrics"),
], ids=["well", "circle", "name", "proxy", "figures"])
def test_the_pages_by_their_public_address(settings, certificate, answers, state, sentence, todo):
    with pages(answers, certificate) as port:
        settings.PUBLIC_URL = f"https://localhost:{port}"
        found = outside.address(LOOK)
    assert found.state == state, found
    assert sentence in found.sentence
    assert todo in found.todo


def test_an_address_without_a_certificate_that_is_believed_without_anybody_and_without_https(settings, certificate, monkeypatch):
    with pages({}, certificate) as port:
        monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
        settings.PUBLIC_URL = f"https://localhost:{port}"
        found = outside.address(LOOK)
    assert (found.state, "no certificate that this machine believes" in found.sentence) == ("bad", True)
    found = outside.address(LOOK)
    assert (found.state, "does not answer" in found.sentence, "firewall" in found.todo) == ("bad", True, True)
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert outside.address(LOOK).state == "warn"


@contextmanager
def mail(greeting, replies):
    """A mail server that greets and then answers line by line. Yields its port and what it was told."""
    told = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def talk():
            line, _peer = listening.accept()
            with line, line.makefile("rwb") as stream:
                stream.write(greeting + b"\r\n")
                stream.flush()
                for word in stream:
                    told.append(word.split()[0].decode().upper())
                    stream.write(replies.get(told[-1], b"250 ok") + b"\r\n")
                    stream.flush()

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listening.getsockname()[1], told
        thread.join(10)


@pytest.fixture
def by_smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAIL_CONFIGURED, settings.EMAIL_HOST, settings.EMAIL_HOST_USER = True, "127.0.0.1", "sheber"
    settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "a secret of the relay", False, False
    return settings


def test_a_mail_server_that_takes_the_name_and_one_that_does_not(by_smtp):
    for verdict, state in ((b"235 welcome", "ok"), (b"535 5.7.8 wrong password", "bad")):
        with mail(b"220 mail.university.example", {"EHLO": b"250-hello\r\n250 AUTH PLAIN", "AUTH": verdict}) as (port, told):
            by_smtp.EMAIL_PORT = port
            found = outside.mail_server(LOOK)
        assert found.state == state, found
        assert told[:2] == ["EHLO", "AUTH"]
        assert not {"MAIL", "RCPT", "DATA"} & set(told)                    # nothing is sent
        assert "a secret of the relay" not in found.sentence
    assert "takes no letters" in found.sentence
    assert "SHEBER_MAIL" in found.todo


def test_a_mail_server_that_is_gone_and_none(by_smtp):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        by_smtp.EMAIL_PORT = taken.getsockname()[1]
    found = outside.mail_server(LOOK)
    assert (found.state, "ConnectionRefusedError" in found.sentence) == ("bad", True)
    by_smtp.MAIL_CONFIGURED = False
    assert outside.mail_server(LOOK).state == "ok"


def test_a_provider_that_answers_one_that_lies_one_that_is_gone_and_none(settings):
    with lying_provider() as honest:
        settings.OIDC_PROVIDERS = (honest.configured(),)
        found = outside.single_sign_on(SIGN_ON)
        assert (found.state, found.sentence) == ("ok", "Providers of single sign-on that answer: uni.")
        honest.discovery = {"issuer": "https://another.example"}
        found = outside.single_sign_on(SIGN_ON)
        assert (found.state, "calls itself another issuer" in found.sentence) == ("bad", True)
    found = outside.single_sign_on(SIGN_ON)
    assert (found.state, "uni: ConnectionError" in found.sentence, "single-sign-on.md" in found.todo) == ("bad", True, True)
    settings.OIDC_PROVIDERS = ()
    assert outside.single_sign_on(SIGN_ON).state == "ok"


@pytest.mark.django_db
def test_others_are_asked_only_when_it_is_wanted(monkeypatch):
    monkeypatch.setattr(outside, "get_connection", lambda **_: pytest.fail("asked by itself"))
    assert not set(outside.OUTSIDE) & {one.check for one in examine()}
