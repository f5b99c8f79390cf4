"""Lines of the log: JSON for machines, or a line of text for a desk."""

import datetime as dt
import json
import logging
import unicodedata
from typing import Any, Final

from sheber.spine.audit.requests import current_request_id

_ENDS: Final = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
"""Ends of a line that JSON leaves as they are."""
FIELDS: Final = ("request_id", "user", "method", "view", "status", "reason", "ms", "queries", "database_ms")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and what a request adds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
                                "level": record.levelname, "logger": record.name, "message": message_of(record)}
        if (request_id := current_request_id()):
            line["request_id"] = request_id
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        return text.translate(_ENDS)


class TextFormatter(logging.Formatter):
    """``2026-11-24 09:30:00 INFO sheber.requests request view=home status=200 …``; never more than one line but for a trace."""

    def format(self, record: logging.LogRecord) -> str:
        more = " ".join(f"{name}={value}" for name in FIELDS if (value := getattr(record, name, None)) is not None)
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line = one_line(f"{at:%Y-%m-%d %H:%M:%S} {record.levelname} {record.name} {message_of(record)} {more}".rstrip())
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def message_of(record: logging.LogRecord) -> str:
    """The message; where Django puts the address of a page into it, the name of its view: an address may hold a secret."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if path is None:
        return record.getMessage()
    match = getattr(request, "resolver_match", None)
    view = match.view_name if match else "no view"
    return record.getMessage().replace(path, f"[{view}]") if path not in {"", "/"} else record.getMessage()


def one_line(text: str) -> str:
    """Text without control characters: a line is never forged by what somebody sent."""
    return "".join(" " if unicodedata.category(letter) in {"Cc", "Zl", "Zp"} else letter for letter in text)
