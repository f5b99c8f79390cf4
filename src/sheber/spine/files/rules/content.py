"""What a file is, told by its bytes. An allow-list: what is not recognised is refused, and so is what could be two things at once.

Nothing is unpacked into memory; no picture is drawn and no XML is parsed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import puremagic

from . import archives, pictures, texts
from .faults import ContentError
from .names import ending

HEAD_BYTES: Final = 4096
MARKUP_BYTES: Final = 1024
TAIL_BYTES: Final = 1024
MARKUP: Final = (b"<script", b"<html", b"<svg", b"<!doctype", b"<?php", b"<iframe", b"<body")
SURE_ENOUGH: Final = 0.5
"""From this confidence on the second opinion counts against a text."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: the endings its name may have, its media type, and the check of its bytes."""

    code: str
    endings: tuple[str, ...]
    media_type: str
    check: Callable[[BinaryIO, int], None]


def _pdf(file: BinaryIO, size: int) -> None:
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read()
    end = tail.rfind(b"%%EOF")
    if end < 0:
        raise ContentError("broken")
    if tail[end + 5:].strip(b"\r\n\t \0"):
        raise ContentError("two_in_one")


def _zipped(code: str) -> Callable[[BinaryIO, int], None]:
    def check(file: BinaryIO, size: int) -> None:
        archives.check(file, size, code)
    return check


_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
KINDS: Final = (
    Kind("pdf", ("pdf",), "application/pdf", _pdf),
    Kind("docx", ("docx",), f"{_OOXML}wordprocessingml.document", _zipped("docx")),
    Kind("xlsx", ("xlsx",), f"{_OOXML}spreadsheetml.sheet", _zipped("xlsx")),
    Kind("pptx", ("pptx",), f"{_OOXML}presentationml.presentation", _zipped("pptx")),
    Kind("odt", ("odt",), f"{_ODF}text", _zipped("odt")),
    Kind("ods", ("ods",), f"{_ODF}spreadsheet", _zipped("ods")),
    Kind("odp", ("odp",), f"{_ODF}presentation", _zipped("odp")),
    Kind("png", ("png",), "image/png", pictures.png),
    Kind("jpeg", ("jpg", "jpeg"), "image/jpeg", pictures.jpeg),
    Kind("gif", ("gif",), "image/gif", pictures.gif),
    Kind("webp", ("webp",), "image/webp", pictures.webp),
    Kind("text", ("txt", "csv"), "text/plain", texts.check),
)
ENDINGS: Final[Mapping[str, Kind]] = {one: kind for kind in KINDS for one in kind.endings}
BY_MEDIA_TYPE: Final[Mapping[str, Kind]] = {kind.media_type: kind for kind in KINDS}
_STARTS: Final = ((b"%PDF-1.", "pdf"), (b"%PDF-2.", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"),
                  (b"GIF87a", "gif"), (b"GIF89a", "gif"))


def judged(file: BinaryIO, size: int, name: str) -> Kind:
    """The kind of ``file`` (seekable, ``size`` bytes), whose name has to agree with it.

    Raises ``ContentError``: ``empty``, ``kind_refused`` (detail ``ending``), ``kind_disagrees`` (``ending``, ``found``), ``broken``,
    ``two_in_one``, ``program``, ``markup``, ``macros``, ``encrypted``, ``explodes``, ``not_text``.
    """
    wanted, end = ENDINGS.get(ending(name)), ending(name)
    if not size:
        raise ContentError("empty")
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if wanted is None:
        raise ContentError("kind_refused", ending=end)
    found = _by_start(file, size, head)
    if found != wanted.code:
        if found == "program":
            raise ContentError("program")
        raise ContentError("kind_disagrees", ending=end, found=found)
    opinions = _second_opinion(head)
    if wanted.code == "text":
        if any(sure >= SURE_ENOUGH and other not in {"txt", "csv"} for other, sure in opinions.items()):
            raise ContentError("kind_disagrees", ending=end, found=max(opinions, key=lambda one: opinions[one]))
    elif not set(wanted.endings) & opinions.keys() and found in {"pdf", "png", "jpeg", "gif", "webp"}:
        raise ContentError("kind_disagrees", ending=end, found="")
    elif any(mark in head[:MARKUP_BYTES].lower() for mark in MARKUP):
        raise ContentError("two_in_one")
    wanted.check(file, size)
    if found in {"pdf", "png", "jpeg", "gif", "webp"} and archives.ends_as_archive(file):
        raise ContentError("two_in_one")
    return wanted


def _by_start(file: BinaryIO, size: int, head: bytes) -> str:
    for start, code in _STARTS:
        if head.startswith(start):
            return code
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"PK\x03\x04"):
        return archives.kind_of(file, size)
    if head.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\0asm")):
        return "program"
    return "text"


def _second_opinion(head: bytes) -> dict[str, float]:
    """Endings an independent table of signatures thinks of, with its confidence 0..1."""
    try:
        found: list[Any] = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return {}
    opinions: dict[str, float] = {}
    for one in found:
        end = str(one.extension).lstrip(".").lower()
        opinions[end] = max(float(one.confidence), opinions.get(end, 0.0))
    return opinions
