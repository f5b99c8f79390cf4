"""A content as an answer that no browser shows within the pages of the product."""

import unicodedata
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.http import StreamingHttpResponse

from .services.opening import Opened
from .stores.contents import BLOCK


def sent(opened: Opened) -> StreamingHttpResponse:
    """Always saved, never shown: an attachment of an unknown origin, without scripts, kept by no cache on the way."""
    answer = StreamingHttpResponse(_Blocks(opened.content), content_type=opened.media_type)
    latin = unicodedata.normalize("NFKD", opened.name).encode("ascii", "ignore").decode()
    stem, dot, end = latin.rpartition(".")
    plain = "".join(letter if letter.isalnum() or letter in "-_ " else "_" for letter in (stem if dot else latin)).strip(" _") or "file"
    answer["Content-Disposition"] = f"attachment; filename=\"{plain}{dot}{end}\"; filename*=UTF-8''{quote(opened.name, safe='')}"
    answer["Content-Length"] = str(opened.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


class _Blocks:
    """Closed with the answer, also when nobody reads it: a generator that was never begun would not close anything."""

    def __init__(self, content: BinaryIO) -> None:
        self.content = content

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self.content.read(BLOCK)
        if not block:
            self.close()
            raise StopIteration
        return block

    def close(self) -> None:
        self.content.close()
