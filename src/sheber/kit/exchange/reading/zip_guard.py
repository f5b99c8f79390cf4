"""A workbook is a ZIP of XML: both can be made to explode. Looked through before anything opens it."""

import io
import zipfile
import zlib

from sheber.kit.exchange.reading.problems import Place, RefusedError

MAX_ENTRIES = 200
MAX_UNPACKED_BYTES = 60 * 1024 * 1024
#: XML of real sheets packs 5-40 times; only parts larger than ``RATIO_FROM_BYTES`` are asked.
MAX_RATIO = 150
RATIO_FROM_BYTES = 1024 * 1024
_CHUNK = 256 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def guard(data: bytes) -> None:
    """Refuse what declares, or turns out to hold, more than a workbook has.

    Raises
    ------
    RefusedError
        ``xlsx_broken``, ``xlsx_encrypted``, ``zip_too_many``, ``zip_too_large``, ``zip_ratio``, ``xml_entities``.
    """
    if data.startswith(_OLE):
        raise RefusedError("xlsx_encrypted")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _declared(archive)
            _unpacked(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError,
            zlib.error) as broken:
        raise RefusedError("xlsx_broken") from broken


def _declared(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise RefusedError("zip_too_many", count=len(entries), limit=MAX_ENTRIES)
    total = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise RefusedError("xlsx_encrypted")
        total += entry.file_size
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise RefusedError("zip_ratio", Place(sheet=entry.filename[-60:]), limit=MAX_RATIO)
    if total > MAX_UNPACKED_BYTES:
        raise RefusedError("zip_too_large", limit=MAX_UNPACKED_BYTES // 1024 // 1024)


def _unpacked(archive: zipfile.ZipFile) -> None:
    """What is declared may be a lie: count what really comes out, and look for declarations of entities."""
    total = 0
    for entry in archive.infolist():
        with archive.open(entry) as part:
            tail = b""
            while chunk := part.read(_CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED_BYTES:
                    raise RefusedError("zip_too_large", limit=MAX_UNPACKED_BYTES // 1024 // 1024)
                window = (tail + chunk).replace(b"\0", b"")  # a UTF-16 part has zeros between its letters
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise RefusedError("xml_entities")
                tail = chunk[-32:]
