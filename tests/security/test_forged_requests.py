"""Requests that somebody else wrote: from another site, with another host, method, target, or with more fields than were asked for."""

import json
import re
from urllib.parse import urlsplit

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from sheber.kit.access import find_rule
from sheber.site.api import api
from sheber.spine.jobs.tests.factories import make_job
from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.models import RoleAssignment, User
from sheber.spine.people.tests.factories import PASSWORD, make_user
from sheber.spine.people.views.signing import next_address
from tests.access.addresses import addresses
from tests.access.world import make_world, sample

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
HOSTILE = ["//evil.example", "///evil.example", "////evil.example/%2e%2e", "https://evil.example", "http:evil.example", "http:///evil.example",
           "\\\\evil.example", "/\\evil.example", "/\\/evil.example", "\\/evil.example", "https:/\\evil.example", " //evil.example",
           "\t//evil.example", "\r\n//evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
           "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "https://testserver@evil.example", "https://testserver.evil.example",
           "//testserver@evil.example", "https://evil.example#testserver", "https://evil.example?testserver", "ftp://testserver/",
           "//evil.example\\@testserver", "http://[::1", "\x00//evil.example", "https:evil.example", "\\\\\n\\evil.example"]


SIGNED = {"notices:unsubscribe"}      # RFC 8058: mail programs post it by themselves; a signature in the address stands for our token


@pytest.mark.django_db
def test_no_page_takes_a_post_from_another_site():
    """Every page, signed in as an administrator, without the token: nothing but 403 (or 405) may answer."""
    world, root = make_world(), make_root()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(role="administrator", at=root))
    wrong = {}
    for address in addresses():
        if not address.name.startswith("api-v1"):
            answer = client.post(reverse(address.name, kwargs=sample(world, "own", address)), {"next": "/"})
            if answer.status_code not in ({410} if address.name in SIGNED else {403, 405}):      # 410: a signature that is not ours
                wrong[address.name] = answer.status_code
    assert wrong == {}


@pytest.mark.django_db
def test_no_operation_takes_a_write_from_another_site():
    """The same for the API by session. A public operation knows nobody, so there is nothing to forge."""
    world, root = make_world(), make_root()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(role="administrator", at=root))
    asked, wrong = 0, {}
    for address in addresses():
        if not address.name.startswith("api-v1"):
            continue
        for method in WRITES & set(address.methods):
            rule = find_rule(address.name, method)
            if rule is None or not rule.public:
                asked += 1
                answer = client.generic(method, reverse(address.name, kwargs=sample(world, "own", address)), "{}", "application/json")
                if answer.status_code != 403:
                    wrong[address.name, method] = answer.status_code
    assert wrong == {}
    assert asked > 20


@pytest.mark.parametrize("wanted", HOSTILE)
def test_next_leads_nowhere_else(rf, wanted):
    for request in (rf.post("/", {"next": wanted}), rf.get("/", {"next": wanted})):
        assert next_address(request) == "/"


@given(st.text(alphabet="/\\:@.?#ex htps\t\n\x00%2f", max_size=14))
def test_whatever_next_says_the_browser_stays(wanted):
    """As browsers read an address: blanks at the ends and tabs and line breaks anywhere go, a backslash is a slash."""
    where = next_address(RequestFactory().post("/", {"next": wanted}))
    seen = "".join(letter for letter in where if letter not in "\t\r\n").strip("".join(map(chr, range(33)))).replace("\\", "/")
    assert not re.match("//+[^/?#]", seen)
    assert not re.match("[a-z][a-z0-9+.-]*:", seen, re.I) or urlsplit(seen).netloc == "testserver"


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", HOSTILE)
def test_every_way_on_stays_here(client, wanted):
    """The pages that take ``next``: sign-in, language, theme, the list of jobs."""
    make_user(email="a@example.invalid", password=PASSWORD)
    answers = [client.post(reverse("people:sign_in"), {"email": "a@example.invalid", "password": PASSWORD, "next": wanted}),
               client.post(reverse("people:language"), {"language": "ru", "next": wanted}),
               client.post(reverse("people:theme"), {"theme": "dark", "next": wanted})]
    root = make_root()
    person = make_user(role="administrator", at=root)
    client.force_login(person)
    answers.append(client.post(reverse("jobs:retry", args=[make_job(started_by=person, scope_path=root.path).pk]), {"next": wanted}))
    assert [answer["Location"] for answer in answers if "evil" in answer.get("Location", "") or answer.status_code >= 500] == []
    assert all(answer.get("Location", "/").startswith("/") for answer in answers)


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "testserver@evil.example", "testserver:80@evil.example", "a"])
def test_another_host_is_refused(client, host):
    assert client.get("/people/sign-in/", headers={"Host": host}).status_code == 400


@pytest.mark.django_db
def test_a_forwarded_host_is_not_believed(client):
    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Original-URL": "/people/", "X-Rewrite-URL": "/people/"})
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/people/sign-in/")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_is_not_put_in_by_a_header_or_a_field(client, header):
    """Signing out is a POST: a picture of another page must not do it."""
    client.force_login(make_user())
    assert client.get(reverse("people:sign_out"), {"_method": "POST"}, headers={header: "POST"}).status_code == 405
    assert client.get(reverse("people:account")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND"])
def test_odd_methods_echo_nothing(client, method):
    """The page may be drawn or refused; what was sent never comes back, and nothing is changed."""
    client.force_login(make_user())
    answer = client.generic(method, reverse("people:account"), "echo-me", headers={"X-Echo": "echo-me"})
    assert answer.status_code < 500
    assert b"echo-me" not in answer.content


def shapes_of_bodies() -> dict[str, dict]:
    """Name of each JSON body that the API takes, with its schema."""
    described = api.get_openapi_schema()
    found = {}
    for operations in described["paths"].values():
        for operation in operations.values():
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            if "$ref" in schema:
                name = schema["$ref"].rsplit("/", 1)[1]
                found[name] = described["components"]["schemas"][name]
    return found


def test_no_body_takes_a_field_it_does_not_name():
    """Mass assignment: every shape that is sent to us is closed."""
    shapes = shapes_of_bodies()
    assert len(shapes) > 10
    assert [name for name, schema in shapes.items() if schema.get("additionalProperties") is not False] == []


@pytest.mark.django_db
def test_a_form_makes_nobody_an_administrator(client):
    """Fields that a form does not have are not written, on whichever page they are sent."""
    person = make_user(email="a@example.invalid", password=PASSWORD)
    client.force_login(person)
    more = {"is_superuser": "on", "is_staff": "on", "is_active": "on", "role": "administrator", "pk": "1", "email": "b@example.invalid"}
    client.post(reverse("people:language"), {"language": "ru", "next": "/", **more})
    client.post(reverse("people:theme"), {"theme": "dark", "next": "/", **more})
    after = User.objects.get(pk=person.pk)
    assert after.email == "a@example.invalid"
    assert after.language == "ru"
    assert not getattr(after, "is_superuser", False)
    assert not RoleAssignment.objects.filter(user=person).exists()


@pytest.mark.django_db
def test_a_parameter_sent_twice_is_read_once(client):
    """Pollution: what is checked is what is used, the last, and a page does not break of it."""
    make_user(email="a@example.invalid", password=PASSWORD)
    answer = client.post("/people/sign-in/?next=//evil.example", "email=a%40example.invalid&password=wrong-one-here&next=%2Fa"
                         "&next=%2F%2Fevil.example&password=" + PASSWORD.replace(" ", "+"), "application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("address", [address for address in addresses() if not address.arguments and address.methods == ("GET",)
                                     and not address.name.startswith("api-")], ids=lambda address: address.name)
def test_doubled_and_strange_parameters_break_no_page(client, address):
    client.force_login(make_user(role="administrator", at=make_root()))
    odd = "q=a&q=b&sort=x&sort=-name&page=1&page=-1&page[]=2&export=exe&%00=%00&q=%00&since=99999-99-99&limit=1e9&q=%FF"
    assert client.get(f"{reverse(address.name)}?{odd}").status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["", "[]", "null", "1", "{", '{"a":' * 2000, json.dumps({"__proto__": 1}), "\x00", '{"email":{"$gt":""}}'])
def test_bodies_that_are_none_are_refused(client, body):
    root = make_root()
    client.force_login(make_user(role="administrator", at=root))
    for address in addresses():
        if address.name.startswith("api-v1") and "POST" in address.methods and not address.arguments:
            assert client.post(reverse(address.name), body, "application/json").status_code < 500, address.name
