"""Contents of every kind, made by programs that are not ours where there is one, and files attached by the service."""

import io
import struct
import zipfile
import zlib
from itertools import count
from typing import Any

from openpyxl import Workbook

from sheber.spine.files import services, stores
from sheber.spine.files.models import StoredFile
from sheber.spine.files.rules.places import Folder
from sheber.spine.organisations.models import Organisation

ORGANISATION, EVIDENCE = "organisations.organisation", "evidence.evidenceitem"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
GIF = (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00"
       b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\xff\xdb\x00C\x00" + b"\x10" * 64 + b"\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
_number = count(1)


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
       + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND"))


def zipped(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else packing)
    return out.getvalue()


def xlsx() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


_MAIN = {"docx": "wordprocessingml.document", "pptx": "presentationml.presentation", "xlsx": "spreadsheetml.sheet"}


def ooxml(kind: str, more: dict[str, bytes] | None = None) -> bytes:
    types = (f'<Types><Override PartName="/x.xml" ContentType="application/vnd.openxmlformats-officedocument.{_MAIN[kind]}.main+xml"/>'
             '</Types>')
    return zipped({"[Content_Types].xml": types.encode(), "x.xml": b"<x/>", **(more or {})})


def odf(kind: str, more: dict[str, bytes] | None = None) -> bytes:
    mark = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}[kind]
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{mark}".encode(), "content.xml": b"<x/>", **(more or {})})


GOOD = {"a.pdf": PDF, "a.png": PNG, "a.jpg": JPEG, "a.jpeg": JPEG, "a.gif": GIF, "a.webp": WEBP, "a.xlsx": xlsx(), "a.docx": ooxml("docx"),
        "a.pptx": ooxml("pptx"), "a.odt": odf("odt"), "a.ods": odf("ods"), "a.odp": odf("odp"), "a.txt": "Сәлем\n".encode(),
        "a.csv": b"code;level\r\n1.1;3\r\n", "b.txt": "Привет".encode("cp1251"), "c.txt": "Сәлем".encode("utf-16")}


def own_store(settings: Any, path: Any) -> stores.ContentStore:
    settings.FILES_PLACE = Folder(path)
    settings.FILES_SCANNER = None
    return stores.current()


def make_file(*, at: Organisation | None = None, item: Any = None, content: bytes | None = None, name: str = "report.txt",
              actor: Any = None, **more: Any) -> StoredFile:
    """A file of an organisation, or of an item of evidence; contents differ unless one is given."""
    kind, key = (EVIDENCE, item.pk) if item is not None else (ORGANISATION, at.pk if at else 0)
    made = services.file_attach(actor=actor, kind=kind, key=str(key), name=name, content=io.BytesIO(
        content if content is not None else f"content {next(_number)}".encode()), **more)
    return StoredFile.objects.get(pk=made.id)
