"""The contents in a backup: those of the tables as they are at its moment, under the keys of a folder store."""

from collections.abc import Iterator
from typing import BinaryIO

from django.db import connection

from sheber.kit.backups import Stored

from . import stores
from .models import Blob
from .stores.contents import DamagedError, digest_of, key_of


class BackedUp:
    """See :class:`sheber.kit.backups.Store`."""

    def stored(self) -> Iterator[Stored]:
        """A content that is missing is left out, so that what is whole can be backed up; ``sheber files check`` names it."""
        if Blob._meta.db_table not in connection.introspection.table_names():       # a database of before there were files
            return
        store = stores.current()
        for digest in Blob.objects.order_by("sha256").values_list("sha256", flat=True).iterator():
            size = store.size(digest)
            if size is not None:
                yield Stored(key_of(digest), size)

    def check(self) -> None:
        """For ``sheber doctor``. Raises ``OSError`` when the store does not answer."""
        stores.current().size("0" * 64)

    def open(self, key: str) -> BinaryIO:
        return stores.current().open(_digest(key))

    def write(self, key: str, content: BinaryIO) -> None:
        """Written anew although it may be there: nothing that a restore needs counts as old."""
        stores.current().put(_digest(key), content, anew=True)


def _digest(key: str) -> str:
    digest = digest_of(key)
    if digest is None:
        raise DamagedError(key)
    return digest
