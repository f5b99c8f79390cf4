"""Where contents lie: a folder, or a bucket of an S3-compatible store. Both keep a content under its SHA-256 and nothing else."""

from functools import lru_cache

from django.conf import settings

from ..rules.places import Bucket, Folder
from .contents import Content, ContentStore, DamagedError
from .folder import FolderStore

__all__ = ["Content", "ContentStore", "DamagedError", "current"]


def current() -> ContentStore:
    """The store of this installation."""
    return _store(settings.FILES_PLACE)


@lru_cache(maxsize=4)
def _store(place: Folder | Bucket) -> ContentStore:
    if isinstance(place, Folder):
        return FolderStore(place.path)
    from .s3 import S3Store  # boto3 takes long to load, and most installations have no use for it

    return S3Store(place)
