"""Hashes of passwords with a key of the installation mixed in (a pepper), named in the settings.

The key is in the environment of the web servers, not in the database nor in its backups: whoever has only the table cannot guess.
"""

from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.crypto import constant_time_compare, salted_hmac

_PURPOSE: Final = "sheber.spine.accounts.hashing"


class KeyedHasher(PBKDF2PasswordHasher):
    """PBKDF2 over ``HMAC-SHA256(key, password)``. Made with the first of ``PASSWORD_KEYS``; any of them, tried in turn, opens.

    Without a key nothing made here opens any more, and nothing new is made: the settings put plain PBKDF2 first then.
    """

    algorithm = "pbkdf2_sha256_keyed"

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return self._encoded(password, salt, iterations, settings.PASSWORD_KEYS[0] if settings.PASSWORD_KEYS else "")

    def verify(self, password: str, encoded: str) -> bool:
        _algorithm, iterations, salt, _hash = encoded.split("$", 3)
        # All of them are tried, so that the time does not tell which was right.
        fits = [constant_time_compare(encoded, self._encoded(password, salt, int(iterations), key))
                for key in settings.PASSWORD_KEYS]
        return any(fits)

    def _encoded(self, password: str, salt: str, iterations: int | None, key: str) -> str:
        mixed = salted_hmac(_PURPOSE, password, secret=key, algorithm="sha256").hexdigest()
        return str(super().encode(mixed, salt, iterations))
