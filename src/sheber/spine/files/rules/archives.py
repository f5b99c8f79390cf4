"""Office documents are archives, and archives can explode, hide programs, or be two files at once. Looked through in pieces."""

import zipfile
import zlib
from typing import BinaryIO, Final

from .faults import ContentError

MAX_ENTRIES: Final = 5000
MAX_UNPACKED_BYTES: Final = 200 << 20
#: Sheets pack 5-40 times; only parts larger than ``RATIO_FROM_BYTES`` are asked.
MAX_RATIO: Final = 150
RATIO_FROM_BYTES: Final = 1 << 20
_CHUNK: Final = 256 * 1024
_READ: Final = 1 << 20
_END: Final = b"PK\x05\x06"
_MAIN: Final = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"}
_ODF: Final = {b"application/vnd.oasis.opendocument.text": "odt", b"application/vnd.oasis.opendocument.spreadsheet": "ods",
               b"application/vnd.oasis.opendocument.presentation": "odp"}
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\0asm")
_PROGRAM_ENDINGS: Final = (".exe", ".dll", ".scr", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".sh", ".jar", ".class", ".html", ".htm", ".svgz")
_BROKEN: Final = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError,
                  zlib.error)


def ends_as_archive(file: BinaryIO) -> bool:
    """Whether an archive hangs on the end of it."""
    file.seek(0)
    return zipfile.is_zipfile(file)


def kind_of(file: BinaryIO, size: int) -> str:
    """``docx``, ``odt`` and so on, else ``zip``. Raises ``ContentError("broken")`` and what :func:`_declared` raises."""
    try:
        with zipfile.ZipFile(file) as archive:
            _declared(archive, file, size)
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                types = _part(archive, "[Content_Types].xml").replace(b"\0", b"")
                return next((code for code, mark in _MAIN.items() if mark in types), "zip")
            if "mimetype" in names:
                return _ODF.get(_part(archive, "mimetype").strip(), "zip")
    except ContentError:
        raise
    except _BROKEN as broken:
        raise ContentError("broken") from broken
    return "zip"


def check(file: BinaryIO, size: int, _code: str) -> None:
    """What stands inside: no macros, no programs, no more than was declared."""
    try:
        with zipfile.ZipFile(file) as archive:
            _declared(archive, file, size)
            _inside(archive)
    except ContentError:
        raise
    except _BROKEN as broken:
        raise ContentError("broken") from broken


def _declared(archive: zipfile.ZipFile, file: BinaryIO, size: int) -> None:
    """``explodes``, ``encrypted``, ``two_in_one``, ``broken`` by what the directory of the archive says."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise ContentError("explodes")
    if not entries:
        raise ContentError("broken")
    file.seek(max(0, size - 22))
    if archive.comment or file.read(4) != _END or min(one.header_offset for one in entries) != 0:
        raise ContentError("two_in_one")
    names, total = set(), 0
    for one in entries:
        if one.flag_bits & 1:
            raise ContentError("encrypted")
        if one.filename in names or one.filename.startswith("/") or ".." in one.filename.split("/") or "\\" in one.filename:
            raise ContentError("broken")
        names.add(one.filename)
        total += one.file_size
        if total > MAX_UNPACKED_BYTES or (one.file_size > RATIO_FROM_BYTES and one.file_size > MAX_RATIO * max(one.compress_size, 1)):
            raise ContentError("explodes")


def _inside(archive: zipfile.ZipFile) -> None:
    for one in archive.infolist():
        name = one.filename.lower()
        if name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) or "/macrosheets/" in name:
            raise ContentError("macros")
        if name.endswith(_PROGRAM_ENDINGS):
            raise ContentError("program")
        with archive.open(one) as part:                                # read to its end: its length and its sum are compared then
            first = True
            while chunk := part.read(_CHUNK):
                if first and chunk.startswith(_PROGRAMS):
                    raise ContentError("program")
                if first and name.endswith((".xml", ".rels")) and b"<!ENTITY" in chunk[:_CHUNK].replace(b"\0", b"")[:8192]:
                    raise ContentError("explodes")
                if name == "[content_types].xml" and b"macroenabled" in chunk.replace(b"\0", b"").lower():
                    raise ContentError("macros")
                first = False


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_READ)
