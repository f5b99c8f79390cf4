"""Settings as values: where contents are kept, and where the virus scanner listens."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

DEFAULT_SCANNER_PORT = 3310


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine, or one that all machines share."""

    path: Path


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of an S3-compatible store; ``prefix`` is empty or ends in a slash. Credentials come from the environment."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A scanner that speaks clamd's protocol: at ``host`` and ``port``, or at the socket ``path``."""

    host: str = ""
    port: int = DEFAULT_SCANNER_PORT
    path: str = ""


def read_place(text: str, default: Path) -> Folder | Bucket:
    """A path, or ``s3://bucket/prefix?endpoint=https://…&region=…``. Raises ``ValueError`` with what is wrong."""
    if not text:
        return Folder(default)
    if "://" not in text:
        return Folder(Path(text).resolve())
    parts = urlsplit(text)
    asked = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc:
        raise ValueError("write a folder, or s3://bucket?endpoint=https://…; keys stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if strange := sorted(asked.keys() - {"endpoint", "region"}):
        raise ValueError(f"{strange[0]} is not known; endpoint and region are")
    endpoint = asked.get("endpoint", [""])[0]
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise ValueError("the endpoint begins with https:// or http://")
    prefix = unquote(parts.path.strip("/"))
    return Bucket(parts.netloc, f"{prefix}/" if prefix else "", endpoint, asked.get("region", [""])[0])


def read_scanner(text: str) -> Scanner | None:
    """``tcp://host:3310`` or ``unix:/path/of/socket``; nothing when empty. Raises ``ValueError`` with what is wrong."""
    if not text:
        return None
    if text.startswith("unix:"):
        path = "/" + text.removeprefix("unix:").lstrip("/")
        if path == "/":
            raise ValueError("name the socket: unix:/run/clamav/clamd.ctl")
        return Scanner(path=path)
    parts = urlsplit(text)
    if parts.scheme != "tcp" or not parts.hostname or parts.path.strip("/"):
        raise ValueError("write tcp://host:3310 or unix:/path/of/socket")
    return Scanner(host=parts.hostname, port=parts.port or DEFAULT_SCANNER_PORT)
