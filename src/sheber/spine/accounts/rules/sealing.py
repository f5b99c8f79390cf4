"""Encrypting secrets of apps, which have to be read again. The key is derived from that of the installation, for this purpose alone."""

import base64
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE: Final = b"sheber.spine.accounts/1"


def seal(content: bytes) -> str:
    """Encrypted and authenticated (Fernet: AES-128-CBC, HMAC-SHA256)."""
    return _keys(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)).encrypt(content).decode("ascii")


def unseal(sealed: str) -> bytes | None:
    """The content; ``None`` when it was sealed with another key or is damaged."""
    try:
        return _keys(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)).decrypt(sealed.encode())
    except InvalidToken:
        return None


@lru_cache(maxsize=4)
def _keys(key: str, earlier: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(one)) for one in (key, *earlier)])


def _derived(key: str) -> bytes:
    made = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(made)
