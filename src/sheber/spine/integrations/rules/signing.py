"""Signatures as Standard Webhooks has them (specification 1.0, symmetric): HMAC-SHA256 of ``id.timestamp.body``, base64, ``v1,``."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

START: Final = "whsec_"
TOLERANCE_S: Final = 300
"""How old a message may be for its receiver: five minutes."""


def make_secret() -> str:
    """24 random bytes, as the specification recommends."""
    return START + base64.b64encode(secrets.token_bytes(24)).decode("ascii")


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,…``; ``timestamp`` in seconds since 1970. Raises ``ValueError`` when the secret is none."""
    try:
        key = base64.b64decode(secret.removeprefix(START), validate=True)
    except binascii.Error as no:
        raise ValueError("a secret is whsec_ and base64") from no
    text = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, text, sha256).digest()).decode("ascii")


def headers(secrets_: Sequence[str], *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; with two secrets, while one takes over from the other, two signatures with a space between."""
    signatures = " ".join(sign(one, message_id=message_id, timestamp=timestamp, body=body) for one in secrets_)
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signatures}
