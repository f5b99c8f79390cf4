"""The shape of a token: ``shb_``, 30 random letters and digits, 6 that check them.

The fixed beginning and the check let a scanner of leaked secrets tell a token from any other text without asking us, and let us refuse
a misspelt one without asking the database.
"""

import secrets
import string
import zlib
from hashlib import sha256
from typing import Final

START: Final = "shb_"
RANDOM: Final = 30
CHECK: Final = 6
SHOWN: Final = len(START) + 6
LETTERS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
MOST_DAYS: Final = 366
"""A token lives a year at most."""


def make() -> str:
    """A new token; its random part holds 178 bits."""
    body = "".join(secrets.choice(LETTERS) for _ in range(RANDOM))
    return START + body + check(body)


def check(body: str) -> str:
    """CRC-32 (ISO-HDLC, as in zip) of the random part, in base 62, most significant digit first, six digits."""
    number, digits = zlib.crc32(body.encode("ascii")), ""
    for _ in range(CHECK):
        number, rest = divmod(number, len(LETTERS))
        digits = LETTERS[rest] + digits
    return digits


def well_formed(text: str) -> bool:
    """Whether a text can be a token of ours: beginning, length, letters and check."""
    body = text[len(START):-CHECK]
    return (text.startswith(START) and len(body) == RANDOM and set(text[len(START):]) <= set(LETTERS) and text[-CHECK:] == check(body))


def digest(token: str) -> str:
    """What is kept. Plain SHA-256: there is nothing to guess in 178 random bits, so a slow hash would protect nothing."""
    return sha256(token.encode("ascii")).hexdigest()


def shown(token: str) -> str:
    """The beginning by which a person recognises it."""
    return token[:SHOWN]
