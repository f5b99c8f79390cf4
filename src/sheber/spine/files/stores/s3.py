"""A bucket of an S3-compatible store. An upload of S3 appears whole or not at all."""

import datetime as dt
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from ..rules.places import Bucket
from .contents import Content, DamagedError, copied, digest_of, key_of

IN_MEMORY_BYTES: Final = 1 << 20
_GONE: Final = {"404", "NoSuchKey", "NotFound"}


@contextmanager
def _answering() -> Iterator[None]:
    """What the library raises, as the errors of a file system."""
    try:
        yield
    except ClientError as no:
        if str(no.response.get("Error", {}).get("Code")) in _GONE:
            raise FileNotFoundError(str(no)) from no
        raise OSError(str(no)) from no
    except BotoCoreError as no:
        raise OSError(str(no)) from no


class S3Store:
    """Keys of the account come from the environment, as every program for S3 reads them."""

    def __init__(self, place: Bucket) -> None:
        self.place = place
        self.storage: Any = S3Storage(
            bucket_name=place.name, endpoint_url=place.endpoint or None, region_name=place.region or None, default_acl=None,
            file_overwrite=True, transfer_config=TransferConfig(use_threads=False),
            client_config=Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"},
                                 s3={"addressing_style": "path"} if place.endpoint else None, signature_version="s3v4"))

    def _key(self, digest: str) -> str:
        return f"{self.place.prefix}{key_of(digest)}"

    def put(self, digest: str, content: BinaryIO, *, anew: bool = False) -> None:
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as draft:
            if copied(content, draft) != digest:  # type: ignore[arg-type]  # it is one, whatever the stubs say
                raise DamagedError(digest)
            length = draft.tell()
            if not anew and self.size(digest) == length:
                return
            draft.seek(0)
            with _answering():
                self.storage.bucket.upload_fileobj(io.BufferedReader(_Lent(draft)), self._key(digest),
                                                   Config=self.storage.transfer_config)

    def size(self, digest: str) -> int | None:
        try:
            with _answering():
                return int(self.storage.bucket.Object(self._key(digest)).content_length)
        except FileNotFoundError:
            return None

    def open(self, digest: str) -> BinaryIO:
        with _answering():
            return io.BufferedReader(_Body(self.storage.bucket.Object(self._key(digest)).get()["Body"]))

    def remove(self, digest: str) -> None:
        with _answering():
            self.storage.bucket.Object(self._key(digest)).delete()

    def contents(self) -> Iterator[Content]:
        with _answering():
            for one in self.storage.bucket.objects.filter(Prefix=self.place.prefix):
                found = digest_of(one.key.removeprefix(self.place.prefix))
                if found is not None:
                    yield Content(found, int(one.size), one.last_modified)

    def sweep(self, before: dt.datetime) -> int:  # noqa: ARG002
        """Parts of uploads that never ended are the bucket's own business: give it a rule for incomplete uploads."""
        return 0


class _Lent(io.RawIOBase):
    """A file that the library may close without closing ours."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        block = self.inner.read(len(into))
        into[:len(block)] = block
        return len(block)


class _Body(_Lent):
    """The body of an answer; what breaks on the way is an error of reading."""

    def readinto(self, into: Any) -> int:
        with _answering():
            return super().readinto(into)

    def close(self) -> None:
        self.inner.close()
        super().close()
