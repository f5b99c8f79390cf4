"""A mail server on loopback for tests, by RFC 5321 as far as a sender needs it, that misbehaves when told to."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any


class PostOffice(socketserver.ThreadingTCPServer):
    """``mode`` is how dialogues go: ``take``, ``greet_421``, ``drop_at_once``, ``sender_550``, ``receiver_450``, ``receiver_550``,
    ``hang``, ``drop_after_data``, ``data_451``, ``data_554``; ``by_receiver`` how it goes for some receivers.

    ``taken``: what was answered 250; ``seen``: all that arrived whole, also what was dropped afterwards.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.mode = "take"
        self.by_receiver: dict[str, str] = {}
        self.taken: list[tuple[str, EmailMessage]] = []
        self.seen: list[tuple[str, EmailMessage]] = []
        self.connections = 0
        self.closing = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up is no fault of the server."""


class Dialogue(socketserver.StreamRequestHandler):
    """One connection."""

    server: PostOffice

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:  # noqa: PLR0912 - one for each word of the protocol
        office = self.server
        office.connections += 1
        if office.mode == "drop_at_once":
            return
        if office.mode == "greet_421":
            self.say("421 busy")
            return
        self.say("220 loopback")
        receiver = ""
        for raw in self.rfile:
            word = raw.decode("utf-8", "replace").strip()
            verb = word.upper()
            mode = office.by_receiver.get(receiver, office.mode)
            if verb.startswith(("EHLO", "HELO")):
                self.say("250-loopback\r\n250 8BITMIME")
            elif verb.startswith("MAIL"):
                self.say("550 who is that" if mode == "sender_550" else "250 ok")
            elif verb.startswith("RCPT"):
                receiver = word[word.index("<") + 1:word.index(">")]
                mode = office.by_receiver.get(receiver, office.mode)
                self.say({"receiver_450": f"450 <{receiver}> is greylisted", "receiver_550": f"550 5.1.1 <{receiver}>: unknown",
                          }.get(mode, "250 ok"))
            elif verb == "DATA":
                if mode == "hang":
                    office.closing.wait(20)
                    return
                self.say("354 go on")
                content = self.content()
                if content is None:
                    return
                message = email.message_from_bytes(content, policy=email.policy.default)
                office.seen.append((receiver, message))
                if mode == "drop_after_data":
                    return
                if mode in {"data_451", "data_554"}:
                    self.say(f"{mode[-3:]} not that")
                    continue
                office.taken.append((receiver, message))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def content(self) -> bytes | None:
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                return b"".join(lines)
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        return None


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """A server that runs while the block does."""
    with PostOffice() as office:
        thread = threading.Thread(target=office.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            office.closing.set()
            office.shutdown()
            thread.join(5)
