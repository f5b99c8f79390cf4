"""A scanner on the loopback that speaks clamd's INSTREAM, written from its manual and not from our client."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """``answers`` is taken from first when there is something in it; ``seen`` keeps what was streamed."""

    def __init__(self, family: int = socket.AF_INET, address: object = ("127.0.0.1", 0)) -> None:
        self.seen: list[bytes] = []
        self.answers: list[bytes | None] = []
        self.server = socket.socket(family, socket.SOCK_STREAM)
        self.server.bind(address)
        self.server.listen()
        self.server.settimeout(20)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        name = self.server.getsockname()
        return f"unix:{name}" if isinstance(name, str) else f"tcp://127.0.0.1:{name[1]}"

    def _serve(self) -> None:
        while True:
            try:
                line, _peer = self.server.accept()
            except OSError:
                return
            with line:
                try:
                    self._answer(line)
                except (OSError, EOFError, struct.error):
                    continue

    def _answer(self, line: socket.socket) -> None:
        line.settimeout(10)
        said = line.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += said.read(1) or b"\0"
        if command != b"zINSTREAM\0":
            line.sendall(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while (length := struct.unpack("!L", said.read(4))[0]) != 0:
            content += said.read(length)
        self.seen.append(content)
        answer = self.answers.pop(0) if self.answers else (
            b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")
        if answer is None:                              # goes on thinking until the other side has had enough
            said.read(1)
        else:
            line.sendall(answer)


@contextmanager
def running(**more: object) -> Iterator[Clamd]:
    scanner = Clamd(**more)
    try:
        yield scanner
    finally:
        scanner.server.close()
