"""Two web processes over one database, and a third that writes: what one knows the other knows at the next request.

On PostgreSQL they stand as on two machines: each has a data folder of its own, and they share the database and the secret key alone.
On SQLite they are two processes of one machine. A proxy with TLS is played by the headers it sets.
"""

import http.client
import re
import shutil
import time
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest

from .conftest import FIRST_ISSUE, HERE, Installation
from .test_over_http import served

HOST = "sheber.university.example"
PASSWORD = "a pass phrase of this test"
BY_HAND = """
import django.utils.timezone as timezone
from sheber.kit.errors import DomainError
from sheber.spine.people.models import User, RoleAssignment
from sheber.spine.people.services.roles import role_end_now
from sheber.spine.accounts.models import SignedSession
from sheber.spine.accounts.services import session_end
from sheber.apps.programmes.models import ProgrammeVersion, Course
from sheber.apps.programmes.services import course_remove
from sheber.spine.evidence.services import evidence_record
from sheber.spine.evidence.models import EvidenceItem
person = User.objects.get(email="director@university.example")
"""
REMOVE_A_COURSE = """
for course in Course.objects.filter(version__status="draft").order_by("-id"):
    try:
        course_remove(version_id=course.version_id, code=course.code, actor=None, edit_version=course.version.edit_version)
        break
    except DomainError:                     # somebody was assessed in it
        pass
"""
"""Writes are made by the services the pages call, in a process of their own."""


class Browser:
    """One person; asks whichever process it is told to, with the same cookies, as a proxy hands its requests round."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def ask(self, port: int, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, address it leads to, and the page."""
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/", "Accept-Language": "en",
                   "X-Forwarded-For": "203.0.113.7", "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            token = next(value for name, value in self.cookies.items() if name.endswith("sheber_csrf"))
            body = urlencode({**form, "csrfmiddlewaretoken": token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request("GET" if form is None else "POST", path, body, headers)
            answer = line.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value.strip('"')
            return answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8")
        finally:
            line.close()

    def sign_in(self, port: int, email: str, password: str = PASSWORD) -> tuple[int, str, str]:
        status, _to, page = self.ask(port, "/people/sign-in/")
        assert status == 200, f"{status} {page[:2000]}"
        return self.ask(port, "/people/sign-in/", {"email": email, "password": password})


def figures(browser: Browser, port: int) -> dict[str, int]:
    """The numbers of the home page, by the words beside them."""
    status, _to, page = browser.ask(port, "/")
    assert status == 200, page[:500]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\u202f", "").replace("\xa0", " ")
    return {word: int(number) for number, word in re.findall(r"(\d+) (courses?|findings?|evidence items?)", text)}


def several(place: Installation) -> list[Installation]:
    """The same installation as each process sees it."""
    place.more |= {"SHEBER_HOSTS": HOST, "SHEBER_REQUIRE_SECOND_FACTOR": "0", "SHEBER_LIMITS": "search=2"}
    place.sheber("build-assets")
    place.sheber("django", "collectstatic", "--noinput", "--verbosity", "0")
    if HERE == "sqlite":
        return [place, place]
    place.more["SHEBER_SECRET_KEY"] = "one key for all machines, long and random enough for a test"
    other = Installation(place.folder.with_name(f"{place.folder.name}-two"), place.url)
    other.more = place.more
    shutil.copytree(place.folder / "static", other.folder / "static")
    return [place, other]


@pytest.mark.slow
def test_two_processes_know_the_same(make):
    place = make(HERE)
    place.sheber("restore", FIRST_ISSUE)
    for name in ("director", "locked"):
        place.sheber("users", "create", f"{name}@university.example", "--name", name.title(), typed=f"{PASSWORD}\n{PASSWORD}\n")
    place.sheber("users", "grant", "director@university.example", "programme_director", "KZ")
    machines = several(place)

    def by_hand(code: str) -> None:
        place.sheber("django", "shell", "-c", BY_HAND + code)

    by_hand("User.objects.update(language='en')")

    with ExitStack() as stack:
        one, two = (stack.enter_context(served(machine, SHEBER_TLS="1")) for machine in machines)
        person, again = Browser(), Browser()
        assert person.sign_in(one, "director@university.example")[0] == 302
        assert again.sign_in(two, "director@university.example")[0] == 302

        # Figures that are kept in a process follow what others write.
        before = figures(person, one)
        assert before == figures(person, two)
        assert before["courses"] > 10
        by_hand(REMOVE_A_COURSE +
                "item = EvidenceItem.objects.order_by('id')[0]\n"
                "evidence_record(actor=None, person_id=item.person_id, competence_id=item.competence_id, level=3, setting=item.setting,\n"
                "                observed_on=timezone.localdate(), source_kind='test', source_id='1', assessor_id=person.pk)\n")
        after = figures(person, one)
        assert after == figures(person, two) == figures(again, one)
        assert after["courses"] == before["courses"] - 1
        assert after["evidence items"] == before["evidence items"] + 1

        # A session that is ended at one of them is ended at the other.
        by_hand("row = SignedSession.objects.filter(person=person).order_by('first_at', 'id')[1]\n"
                "session_end(person=person, session_id=row.pk)\n")
        assert [again.ask(port, "/people/account/")[0] for port in (one, two)] == [302, 302]
        assert [person.ask(port, "/people/account/")[0] for port in (one, two)] == [200, 200]

        # Limits hold for both together: two at once, and one more every half minute.
        begun = time.monotonic()
        answers = [person.ask((one, two)[number % 2], "/search/?q=steel")[0] for number in range(12)]
        passed = time.monotonic() - begun
        assert set(answers) <= {200, 429}
        assert 2 <= answers.count(200) <= 3 + passed / 30

        # A role that is taken away is gone from both at once.
        page = "/programmes/new/"
        assert [person.ask(port, page)[0] for port in (one, two)] == [200, 200]
        by_hand("for row in RoleAssignment.objects.filter(user=person):\n    role_end_now(actor=None, role_id=row.pk, reason='a test')\n")
        assert [person.ask(port, page)[0] for port in (one, two)] == [403, 403]

        # Who signs out of one has signed out of the other.
        assert person.ask(one, "/people/sign-out/", {})[0] == 302
        assert person.ask(two, "/people/account/")[0] == 302

        # Wrong passwords count together: five, handed round, and neither looks at the right one for half a minute.
        guesser = Browser()
        begun = time.monotonic()
        for number in range(5):
            assert guesser.sign_in((one, two)[number % 2], "locked@university.example", "wrong")[0] != 302
        held = [guesser.sign_in(port, "locked@university.example")[0] != 302 for port in (two, one)]
        assert held == [True, True] or time.monotonic() - begun > 30
