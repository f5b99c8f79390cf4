"""Requests to receivers, hostile ones among them, over real sockets."""

import datetime as dt
import socket
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sheber.spine.integrations.rules import addresses
from sheber.spine.integrations.services import posting

from .receiver import OK, answers, dribbles, receiver

BODY = b'{"type":"x"}'


def post(url, **options):
    return posting.post(url, body=BODY, headers={"Content-Type": "application/json"}, **options)


def resolver(monkeypatch, *addresses_in_turn):
    """The name service answers with these addresses, one list for each question. What was asked is told."""
    asked = []

    def getaddrinfo(host, port, *_args, **_kwargs):
        found = addresses_in_turn[min(len(asked), len(addresses_in_turn) - 1)]
        asked.append(host)
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(posting.socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_receiver_on_this_machine_at_a_desk():
    with receiver() as there:
        answer = post(there.url, loopback=True)
        assert (answer.status, answer.problem, there.body()) == (200, "", BODY)
        assert there.requests[0].startswith(b"POST /hook?x=1 HTTP/1.1\r\n")
        assert there.headers()["host"] == f"127.0.0.1:{there.port}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]",
                                  "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_on_a_server_nothing_reaches_this_machine(host):
    with receiver() as there:
        for scheme in ("http", "https"):
            answer = post(f"{scheme}://{host}:{there.port}/")
            assert answer.status is None
            assert answer.problem in {"not_public", "not_https", "no_such_host"}
        assert there.connections == 0


def test_one_inner_address_among_many_refuses_the_name(monkeypatch):
    resolver(monkeypatch, ["1.1.1.1", "10.0.0.7"])
    assert post("https://two-faced.example/").problem == "not_public"


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch):
    """DNS rebinding: public when it is looked at, inner when it is connected to. The connection goes to what was looked at."""
    asked = resolver(monkeypatch, ["1.1.1.1"], ["127.0.0.1"])
    connected = []

    def create_connection(address, *_args, **_kwargs):
        connected.append(address)
        raise OSError("no way out in a test")

    monkeypatch.setattr("urllib3.util.connection.create_connection", create_connection)
    assert post("https://rebinding.example/").problem == "no_connection"
    assert (asked, connected) == (["rebinding.example"], [("1.1.1.1", 443)])


def test_a_desk_reaches_this_machine_and_still_no_neighbour(monkeypatch):
    resolver(monkeypatch, ["192.168.1.1"])
    assert post("http://router.example/", loopback=True).problem == "not_public"
    assert post("https://router.example/", loopback=True).problem == "not_public"
    resolver(monkeypatch, ["1.1.1.1"])
    assert post("http://plain.example/", loopback=True).problem == "not_public", "plain http goes to this machine alone"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status):
    with receiver() as inner:
        away = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {inner.url}\r\nContent-Length: 0\r\n\r\n".encode()
        with receiver(answers(away)) as there:
            answer = post(there.url, loopback=True)
        assert (answer.status, inner.connections) == (status, 0)


@pytest.mark.parametrize("text", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/9.9 200\r\n",
                                  b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000,
                                  b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000, b"\x00\xff" * 1000])
def test_what_is_no_answer_is_told_and_raises_nothing(text):
    with receiver(answers(text)) as there:
        answer = post(there.url, loopback=True)
    assert answer.status is None
    assert answer.problem in {"not_http", "no_connection"}


def test_a_head_is_cut_and_a_body_is_never_read():
    big = b"HTTP/1.1 500 No\r\nX-Long: " + b"a" * 60_000 + b"\r\nContent-Length: 999999999999\r\n\r\n" + b"b" * 1000
    with receiver(answers(big)) as there:
        answer = post(there.url, loopback=True)
    assert (answer.status, len(answer.head) <= posting.LONGEST_HEAD, "bbb" in answer.head) == (500, True, False)


def test_a_receiver_that_dribbles_is_cut_off(monkeypatch):
    monkeypatch.setattr(posting, "TOTAL_S", 0.5)
    started = time.monotonic()
    with receiver(dribbles) as there:
        answer = post(there.url, loopback=True)
    assert (answer.status, answer.problem) == (None, "no_answer_in_time")
    assert time.monotonic() - started < 3


def test_a_receiver_that_keeps_silent_is_left(monkeypatch):
    monkeypatch.setattr(posting, "TOTAL_S", 0.4)
    with receiver(lambda _sock: time.sleep(1.5)) as there:
        assert post(there.url, loopback=True).problem == "no_answer_in_time"


def test_nobody_there():
    with receiver() as there:
        url = there.url
    assert post(url, loopback=True).problem == "no_connection"


def certificate(tmp_path, name):
    """A self-signed certificate for a name, as a server context and the path by which a client may trust it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
            .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256()))
    path = tmp_path / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, path


@pytest.mark.parametrize(("made_for", "trusted", "problem"), [
    ("receiver.example", True, ""), ("other.example", True, "certificate"), ("receiver.example", False, "certificate")])
def test_the_certificate_is_checked_against_the_name_and_not_the_address(tmp_path, monkeypatch, made_for, trusted, problem):
    server, path = certificate(tmp_path, made_for)
    names = []
    server.sni_callback = lambda _sock, name, _context: names.append(name)
    if trusted:
        monkeypatch.setattr(posting, "tls_context", lambda: ssl.create_default_context(cafile=str(path)))
    resolver(monkeypatch, ["127.0.0.1"])
    with receiver(answers(OK), tls=server) as there:
        answer = post(f"https://receiver.example:{there.port}/", loopback=True)
    assert answer.problem == problem
    assert names == ["receiver.example"]
    assert (answer.status == 200) == (problem == "")


def test_an_address_is_looked_at_again_when_it_is_used(monkeypatch):
    """It was public when the webhook was made; today its name leads inside."""
    resolver(monkeypatch, ["10.1.2.3"])
    with pytest.raises(addresses.AddressError, match="not_public"):
        posting.resolve(addresses.target("https://receiver.example/"), loopback=False)
