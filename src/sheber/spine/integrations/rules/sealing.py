"""Encrypting what has to be read again: secrets of webhooks, and kept answers. The key is derived from that of the installation."""

import base64
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE: Final = b"sheber.spine.integrations/1"


class UnreadableError(Exception):
    """It was sealed with another key: the key of the installation has been changed since."""


def seal(content: bytes) -> bytes:
    """Encrypted and authenticated (Fernet: AES-128-CBC, HMAC-SHA256)."""
    return _keys(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)).encrypt(content)


def unseal(sealed: "bytes | memoryview[int]") -> bytes:
    """The content. Raises :class:`UnreadableError`."""
    try:
        return _keys(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)).decrypt(bytes(sealed))
    except InvalidToken as no:
        raise UnreadableError from no


@lru_cache(maxsize=4)
def _keys(key: str, earlier: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(one)) for one in (key, *earlier)])


def _derived(key: str) -> bytes:
    made = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(made)
