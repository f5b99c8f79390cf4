"""Codes for the day the telephone is lost. Of each only a keyed hash is kept."""

import secrets
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

HOW_MANY: Final = 10
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike. Ten of them are 49 bits: nobody guesses one, and without our key nobody finds one from its hash."""


def new_codes() -> list[str]:
    """As they are shown: ``abcde-fghjk``."""
    made: set[str] = set()
    while len(made) < HOW_MANY:
        made.add("-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(2)))
    return sorted(made)


def hashes_of(code: str, person_id: int) -> list[str]:
    """The hash by our key, first, and by keys used before; dashes, spaces and the case of letters do not count."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac("sheber.spine.accounts.recovery", f"{person_id}\n{plain}", secret=key, algorithm="sha256").hexdigest()
            for key in keys]
