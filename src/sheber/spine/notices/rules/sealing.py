"""Encrypting the words of letters, which may hold links that open an account. The key is derived for this purpose alone."""

import base64
import json
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE: Final = b"sheber.spine.notices/1"


class UnreadableError(Exception):
    """It was sealed with another key, or is damaged."""


def seal(content: dict[str, Any]) -> str:
    """Encrypted and authenticated (Fernet: AES-128-CBC, HMAC-SHA256)."""
    return _keys(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)).encrypt(json.dumps(content).encode()).decode("ascii")


def unseal(sealed: str) -> dict[str, Any]:
    """The content. Raises :class:`UnreadableError`."""
    try:
        found: dict[str, Any] = json.loads(_keys(settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)).decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as wrong:
        raise UnreadableError from wrong
    return found


@lru_cache(maxsize=4)
def _keys(key: str, earlier: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(one)) for one in (key, *earlier)])


def _derived(key: str) -> bytes:
    made = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(made)
