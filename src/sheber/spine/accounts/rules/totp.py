"""Codes of an app, by the clock (RFC 6238: SHA-1, 30 s, six digits, what every such app knows)."""

import base64
import secrets
from typing import Final
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS: Final = 6
STEP_S: Final = 30
SECRET_BYTES: Final = 20
NEAR: Final = (-1, 0, 1)
"""Steps beside that of our clock which count too: clocks differ, and typing takes time."""


def new_secret() -> bytes:
    """What the app and we share."""
    return secrets.token_bytes(SECRET_BYTES)


def as_text(secret: bytes) -> str:
    """The secret as it is typed into an app: base 32."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def uri(secret: bytes, *, account: str, issuer: str) -> str:
    """``otpauth://…``: what an app reads from a picture or a link."""
    words = urlencode({"secret": as_text(secret), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_S},
                      quote_via=quote)
    return f"otpauth://totp/{quote(f'{issuer}:{account}', safe='@:')}?{words}"


def code_at(secret: bytes, step: int) -> str:
    """The code of a step (number of half minutes since 1970), by SHA-1 as in RFC 6238."""
    return TOTP(secret, DIGITS, SHA1(), STEP_S).generate(step * STEP_S).decode("ascii")  # noqa: S303 # nosec B303


def last_taken(last_step: int, *, now_s: float) -> int:
    """The step of the last code taken, as far as it forbids others: one far in the future was taken before the clock was set back, and
    would keep the person out for as long as that was."""
    return -1 if last_step > int(now_s // STEP_S) + max(NEAR) + 1 else last_step


def step_of(secret: bytes, code: str, *, now_s: float, after: int) -> int | None:
    """The step whose code this is, when it is near now and later than ``after``; else ``None``. Takes as long either way."""
    typed = "".join(code.split()).encode()
    here, found = int(now_s // STEP_S), None
    for step in (here + shift for shift in NEAR):
        if step >= 0 and bytes_eq(code_at(secret, step).encode("ascii"), typed) and step > after:
            found = step
    return found
