"""What an error while sending means: for the letter, for the server, for good or for a while."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from typing import Final

_ADDRESS: Final = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
_CODE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``for_good``: the same would be refused again. ``of_server``: it concerns every letter, so the others need not be tried now.

    ``problem`` is a stable code; ``told`` what the server said, without addresses.
    """

    for_good: bool
    of_server: bool
    problem: str
    told: str


def verdict_of(wrong: Exception, *, sending: bool) -> Verdict:  # noqa: PLR0911 - one for each kind of error
    """Judge an error; ``sending`` is false while the connection was being made.

    Only an answer 5xx about the receiver or the content is for good. A server that refuses our name or password refuses the operator's
    settings, and the letters wait until these are mended.
    """
    if isinstance(wrong, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(wrong.recipients.values()), (0, b""))
        return Verdict(500 <= code < 600, False, "receiver_refused", _told(code, text))
    if isinstance(wrong, smtplib.SMTPDataError):
        return Verdict(500 <= wrong.smtp_code < 600, False, "content_refused", _told(wrong.smtp_code, wrong.smtp_error))
    if isinstance(wrong, smtplib.SMTPResponseException):        # sender, sign-in, greeting
        return Verdict(False, True, "server_refused", _told(wrong.smtp_code, wrong.smtp_error))
    if isinstance(wrong, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return Verdict(False, True, "server_refused", type(wrong).__name__)
    if isinstance(wrong, TimeoutError):
        return Verdict(False, not sending, "timed_out", type(wrong).__name__)
    if isinstance(wrong, smtplib.SMTPServerDisconnected | OSError):
        return Verdict(False, not sending, "no_connection", type(wrong).__name__)
    return Verdict(False, False, "error", type(wrong).__name__)


def _told(code: int, text: bytes | str) -> str:
    """Servers repeat the address they refuse; it is not kept a second time."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"{code} {_CODE.sub(' ', _ADDRESS.sub('…', words.replace(chr(0), '')))}".strip()[:300]
