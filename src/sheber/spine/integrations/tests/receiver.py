"""A real receiver on loopback that behaves, or does not."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Behaviour = Callable[[socket.socket], None]


@dataclass
class Receiver:
    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=1"

    def headers(self, number: int = -1) -> dict[str, str]:
        lines = self.requests[number].split(b"\r\n\r\n", 1)[0].decode().split("\r\n")[1:]
        return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    def body(self, number: int = -1) -> bytes:
        return self.requests[number].split(b"\r\n\r\n", 1)[1]


def answers(text: bytes) -> Behaviour:
    return lambda sock: sock.sendall(text)


def dribbles(sock: socket.socket) -> None:
    """One byte of a head every 50 ms, for ever."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(400):
        sock.sendall(b"a")
        time.sleep(0.05)


@contextmanager
def receiver(behave: Behaviour | None = None, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listens on 127.0.0.1 for as long as the block; each connection is read once and treated as ``behave`` says."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    made, stop = Receiver(server.getsockname()[1]), threading.Event()

    def one(sock: socket.socket) -> None:
        try:
            with tls.wrap_socket(sock, server_side=True) if tls else sock as talking:
                talking.settimeout(5)
                made.requests.append(_read(talking))
                (behave or answers(OK))(talking)
        except OSError:
            return

    def serve() -> None:
        while not stop.is_set():
            try:
                sock, _address = server.accept()
            except TimeoutError:
                continue
            made.connections += 1
            threading.Thread(target=one, args=[sock], daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        stop.set()
        thread.join(5)
        server.close()


def _read(sock: socket.socket) -> bytes:
    text = b""
    while b"\r\n\r\n" not in text:
        if not (more := sock.recv(65_536)):
            return text
        text += more
    head, body = text.split(b"\r\n\r\n", 1)
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += sock.recv(65_536)
    return head + b"\r\n\r\n" + body
