"""One request to a receiver, guarded: the name is resolved once, its addresses are looked at, and the connection goes to one of them.

No redirect is followed, no proxy asked, nothing retried; the whole takes at most :data:`TOTAL_S`, and of the answer only its head is read.
"""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_match_hostname import CertificateError

from ..rules import addresses
from ..rules.addresses import AddressError, Target

CONNECT_S: Final = 5.0
READ_S: Final = 10.0
TOTAL_S: Final = 15.0
LONGEST_HEAD: Final = 4000


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` is ``None`` when nothing was answered; ``problem`` then says why."""

    status: int | None
    head: str
    problem: str
    duration_ms: int
    retry_after: str = ""


def resolve(target: Target, *, loopback: bool) -> str:
    """The address to connect to. Raises :class:`AddressError`: ``no_such_host``, ``not_public``.

    One address that is not public refuses the name: which one a connection would take is chance. With ``loopback`` this machine is
    open, and plain http goes nowhere else.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as no:
        raise AddressError("no_such_host") from no
    ips = [str(one[4][0]) for one in found]
    local = loopback and all(addresses.is_loopback(ip) for ip in ips)
    if not ips or not (local or (target.scheme == "https" and all(addresses.is_public(ip) for ip in ips))):
        raise AddressError("not_public")
    return ips[0]


def tls_context() -> ssl.SSLContext:
    """TLS 1.2 at least, the certificate checked against the name in the address."""
    return ssl.create_default_context()


def post(url: str, *, body: bytes, headers: Mapping[str, str], loopback: bool = False) -> Answer:
    """Send the body. Whatever goes wrong is told in the answer; nothing is raised."""
    started = time.monotonic()

    def told(problem: str) -> Answer:
        return Answer(None, "", problem, round(1000 * (time.monotonic() - started)))

    try:
        target = addresses.target(url, loopback=loopback)
        ip = resolve(target, loopback=loopback)
    except AddressError as no:
        return told(no.fault)
    connection = _connection(target, ip)
    watch = threading.Timer(TOTAL_S, _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body=body, headers={**headers, "Host": target.authority}, preload_content=False)
        answer = connection.getresponse()
        if time.monotonic() - started >= TOTAL_S:            # cut off: half a head is no answer
            return told("no_answer_in_time")
        lines = [f"HTTP/1.1 {answer.status}", *(f"{name}: {value}" for name, value in answer.headers.items())]
        return Answer(answer.status, "\n".join(lines).replace("\x00", "�")[:LONGEST_HEAD], "", round(1000 * (time.monotonic() - started)),
                      str(answer.headers.get("Retry-After", "")))
    except Exception as no:                                  # a hostile receiver may answer anything; the log says what
        return told("no_answer_in_time" if time.monotonic() - started >= TOTAL_S else _kind(no))
    finally:
        watch.cancel()
        connection.close()


def _connection(target: Target, ip: str) -> HTTPConnection:
    timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S)
    if target.scheme == "http":
        return HTTPConnection(ip, target.port, timeout=timeout.connect_timeout)
    # The name goes into SNI and into the check of the certificate, the checked address into the connection.
    return HTTPSConnection(ip, target.port, timeout=READ_S, server_hostname=target.host, assert_hostname=target.host,
                           ssl_context=tls_context(), cert_reqs="CERT_REQUIRED")


def _cut(connection: HTTPConnection) -> None:
    """End a connection that dribbles: each byte in time, the whole never."""
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _kind(no: Exception) -> str:
    if isinstance(no, ssl.SSLError | CertificateError):
        return "certificate"
    if isinstance(no, urllib3.exceptions.NewConnectionError | ConnectionError):      # urllib3 counts the first among time-outs
        return "no_connection"
    return "no_answer_in_time" if isinstance(no, TimeoutError | urllib3.exceptions.TimeoutError) else "not_http"
