"""What scripts write into the installation while it fails."""

import threading
from itertools import count

from sheber.kit.exchange.writing import write
from sheber.spine.organisations.exchange import ORGANISATIONS

_number = count(1)


def evidence(place, level=3.0):
    """An observation: method, address and body of its request."""
    return "POST", "/api/v1/evidence", {
        "person_id": place.world["person"], "framework": "CDIO", "framework_version": "2.0", "competence": "1.1", "level": level,
        "setting": "course", "observed_on": "2026-01-20", "source_kind": "programmes.assessment",
        "source_id": str(place.world["assessment"])}


def table(rows=12):
    """A table of organisations, as a program sends it; the codes are new each time."""
    codes = [f"F{next(_number)}" for _row in range(rows)]
    data = write(ORGANISATIONS, [{"id": "", "code": code, "kind": "faculty", "parent": "OURS", "name_en": code, "country": "KZ"}
                                 for code in codes], "csv")
    return codes, *form({}, data, name="x.csv", address="/api/v1/exchange/organisations/apply")


def upload(place, content, name="agreement.txt"):
    return form({"kind": "organisations.organisation", "key": str(place.world["faculty"])}, content, name=name, address="/api/v1/files")


def form(fields, content, *, name, address):
    """Method, address, body and content type of a form with a file."""
    edge = "a-line-that-is-in-no-file"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                 "Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    return "POST", address, b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Script(threading.Thread):
    """Sends one request with a key, and remembers the answer; ``None`` when the line broke before there was one."""

    def __init__(self, web, key, request, content_type="application/json"):
        super().__init__(daemon=True)
        self.web, self.key, self.request, self.content_type, self.answer = web, key, request, content_type, None
        self.start()

    def run(self):
        self.answer = self.again()

    def again(self):
        method, address, body = self.request
        try:
            return self.web.ask(method, address, body, key=self.key, content_type=self.content_type)
        except OSError:
            return None
