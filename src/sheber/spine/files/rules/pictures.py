"""Pictures, walked through part by part: each ends where its format says it ends, and nothing stands behind it."""

import struct
from typing import BinaryIO, Final

from .faults import ContentError

_PNG_PARTS: Final = 100_000


def png(file: BinaryIO, size: int) -> None:
    """Chunks from IHDR to IEND, which is the end of the file."""
    place = 8
    for number in range(_PNG_PARTS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            raise ContentError("broken")
        length, kind = struct.unpack(">I4s", head)
        if (number == 0) != (kind == b"IHDR"):
            raise ContentError("broken")
        place += 12 + length
        if kind == b"IEND":
            _ends(place, size)
            return
    raise ContentError("broken")


def jpeg(file: BinaryIO, size: int) -> None:
    """The last mark is the end of the picture; zeros that cameras fill up with may follow."""
    file.seek(max(0, size - 4096))
    tail = file.read().rstrip(b"\0")
    if not tail.endswith(b"\xff\xd9"):
        raise ContentError("two_in_one" if b"\xff\xd9" in tail else "broken")


def gif(file: BinaryIO, size: int) -> None:
    """Blocks up to the trailer, which is the end of the file."""
    file.seek(6)
    screen = file.read(7)
    if len(screen) < 7:
        raise ContentError("broken")
    file.seek(_colours(screen[4]), 1)
    while True:
        sign = file.read(1)
        if sign == b";":
            _ends(file.tell(), size)
            return
        if sign == b"!":
            file.seek(1, 1)
        elif sign == b",":
            picture = file.read(9)
            if len(picture) < 9:
                raise ContentError("broken")
            file.seek(_colours(picture[8]) + 1, 1)
        else:
            raise ContentError("broken")
        while True:
            length = file.read(1)
            if not length:
                raise ContentError("broken")
            if length == b"\0":
                break
            file.seek(length[0], 1)


def webp(file: BinaryIO, size: int) -> None:
    """The length in the head is the length of the file."""
    file.seek(4)
    head = file.read(12)
    if len(head) < 12 or head[8:11] != b"VP8":
        raise ContentError("broken")
    _ends(8 + struct.unpack("<I", head[:4])[0], size)


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _ends(place: int, size: int) -> None:
    if place > size:
        raise ContentError("broken")
    if place < size:
        raise ContentError("two_in_one")
