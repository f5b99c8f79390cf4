"""Taking a content in: read once up to its limit, hashed on the way, judged by its bytes, shown to the scanner."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Final, cast

from django.conf import settings
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.outages import outage_of

from .. import scanning
from ..models import StoredFile
from ..rules.content import Kind, judged
from ..rules.faults import ContentError
from ..stores.contents import BLOCK
from . import sentences

IN_MEMORY_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """A content that was read whole; ``file`` lives as long as the block of :func:`received`."""

    file: BinaryIO
    size: int
    sha256: str


def refused(sentence: str, reason: str, **detail: object) -> DomainError:
    """``bad_file``: beside the field of the file."""
    return DomainError("bad_file", sentence, reason=reason, fields={"file": [sentence]}, **detail)


def not_kept(no: OSError) -> DomainError:
    """``store_full`` when there is no room for a content, else ``store_gone``."""
    if outage_of(no) == "full":
        return DomainError("store_full", _("There is no room left for files on this server. Nothing was changed; tell whoever runs it."))
    return DomainError("store_gone", _("Files cannot be kept at the moment. Nothing was changed; try again later."))


@contextmanager
def received(content: BinaryIO) -> Iterator[Received]:
    """Read ``content`` to its end, but never beyond the limit, whatever it says of its length. Raises ``DomainError("bad_file")``."""
    limit: int = settings.FILES_MAX_BYTES
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as draft:
        total, size = sha256(), 0
        while block := content.read(min(BLOCK, limit + 1 - size)):
            size += len(block)
            if size > limit:
                raise refused(_("The file is too large: at most %(n)s MB.") % {"n": limit >> 20}, "too_large", limit=limit)
            total.update(block)
            draft.write(block)
        draft.seek(0)
        yield Received(cast(BinaryIO, draft), size, total.hexdigest())


def kind_of(got: Received, name: str) -> Kind:
    """What it is. Raises ``DomainError("bad_file")`` with the reason."""
    try:
        return judged(got.file, got.size, name)
    except ContentError as no:
        raise refused(sentences.told(no), no.code) from no


def scan_state(got: Received) -> tuple[str, str]:
    """``StoredFile.Scan`` and the name of the virus. A content that is known already is shown to the scanner like any other: nobody
    learns from the answer that it was here before."""
    at = scanning.scanner()
    if at is None:
        return StoredFile.Scan.NONE, ""
    got.file.seek(0)
    try:
        verdict = scanning.scan(got.file, at)
    except scanning.ScannerGoneError:
        return StoredFile.Scan.WAITING, ""
    return (StoredFile.Scan.CLEAN, "") if verdict.is_clean else (StoredFile.Scan.INFECTED, verdict.virus)
