"""A client of clamd's protocol: one content is streamed to the scanner (INSTREAM), one line comes back."""

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.conf import settings

from .rules.places import Scanner

CONNECT_S: Final = 5.0
ANSWER_S: Final = 60.0
BLOCK: Final = 1 << 16
LONGEST_ANSWER: Final = 4096


class ScannerGoneError(Exception):
    """The scanner cannot be asked, or gives no answer that says anything."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``virus`` is the name the scanner gives; empty when it found nothing."""

    virus: str

    @property
    def is_clean(self) -> bool:
        return not self.virus


def scanner() -> Scanner | None:
    """The scanner of this installation; ``None``: nothing is scanned."""
    found: Scanner | None = settings.FILES_SCANNER
    return found


def scan(content: BinaryIO, at: Scanner, *, connect_s: float = CONNECT_S, answer_s: float = ANSWER_S) -> Verdict:
    """Ask about ``content``, read from where it stands to its end. Raises ``ScannerGoneError``."""
    try:
        with _connected(at, connect_s) as line:
            line.settimeout(answer_s)
            line.sendall(b"zINSTREAM\0")
            while block := content.read(BLOCK):
                line.sendall(struct.pack(">I", len(block)) + block)
            line.sendall(struct.pack(">I", 0))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (block := line.recv(1024)):
                answer += block
    except OSError as no:
        raise ScannerGoneError(str(no)) from no
    return _verdict(answer.rstrip(b"\0\n").decode("utf-8", "replace"))


def _connected(at: Scanner, connect_s: float) -> socket.socket:
    if not at.path:
        return socket.create_connection((at.host, at.port), connect_s)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(connect_s)
        line.connect(at.path)
    except OSError:
        line.close()
        raise
    return line


def _verdict(answer: str) -> Verdict:
    """``stream: OK`` or ``stream: NAME FOUND``; everything else, ``… ERROR`` too, says nothing about the content."""
    what = answer.partition(": ")[2] if answer.startswith("stream: ") else ""
    if what == "OK":
        return Verdict("")
    if what.endswith(" FOUND") and len(what) > 6:
        return Verdict(what.removesuffix(" FOUND")[:100])
    raise ScannerGoneError(answer[:200] or "no answer")
