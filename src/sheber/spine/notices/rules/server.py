"""The mail server, as one address: ``smtp+starttls://user:password@host:587``."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over. An empty host: nowhere."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def read_server(text: str) -> MailServer:
    """The server named; ``smtp://`` (no encryption: for a relay on this machine), ``smtp+starttls://`` or ``smtps://``.

    Raises ``ValueError`` when it cannot be read; the message holds no password.
    """
    if not text:
        return MailServer()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("the port is a number") from None
    if parts.scheme not in PORTS:
        raise ValueError("it begins with smtp://, smtp+starttls:// or smtps://")
    if not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise ValueError("after :// stand user:password@, the name of the server and :port, and nothing else")
    return MailServer(parts.hostname, port or PORTS[parts.scheme], unquote(parts.username or ""), unquote(parts.password or ""),
                      parts.scheme == "smtp+starttls", parts.scheme == "smtps")


def public_url(given: str, *, origins: list[str], hosts: list[str], port: str) -> str:
    """The address that stands in letters, without a slash at its end: the one given, else the first that people use, else this machine.

    Raises ``ValueError`` when it is no address of a site.
    """
    names = [name for name in hosts if name not in {"127.0.0.1", "localhost", "[::1]", "*"} and not name.startswith(".")]
    found = given or next((one for one in origins if "*" not in one), "") or (f"https://{names[0]}" if names else f"http://127.0.0.1:{port}")
    try:
        parts = urlsplit(found)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        raise ValueError(found[:80]) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.username:
        raise ValueError(found[:80])
    return found.rstrip("/")
