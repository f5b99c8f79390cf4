"""Hostile names planted in every text of a small nation: no page runs them, no table computes them."""

import csv
import io
import logging
import re
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse

from sheber.kit.exchange import declaring
from sheber.kit.exports import download
from sheber.spine.operation.logs import JsonFormatter, TextFormatter
from sheber.spine.organisations.tests.factories import make_root
from sheber.spine.people.tests.factories import PASSWORD, make_user
from tests.access.addresses import addresses
from tests.access.world import make_world, sample

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "=<xss7 onx=1>\"'</script>{{7*7}}"
NOT_TEXTS = {"code", "path", "version", "token_hash", "password", "language", "session_key", "scope_path", "kind", "status", "prefix",
             "hash", "previous", "email", "url", "role"}


def _with(value):
    """The same shape with every text replaced; short words and numbers that a program reads stay."""
    if isinstance(value, dict):
        return {key: HOSTILE if isinstance(inner, str) else _with(inner) for key, inner in value.items()}
    return value


def plant() -> list[str]:
    """Put the hostile text where a person may type; what the database refuses (records that only grow) is left. Names of the fields."""
    done = []
    for model in apps.get_models():
        if not model.__module__.startswith("sheber."):
            continue
        for field in model._meta.concrete_fields:
            typed = type(field) in {models.CharField, models.TextField} and not field.choices and not field.unique
            if field.name in NOT_TEXTS or not ((typed and (field.max_length or 99) >= 40) or isinstance(field, models.JSONField)):
                continue
            for thing in model._base_manager.all()[:40]:
                value = HOSTILE[:field.max_length] if typed else _with(getattr(thing, field.attname))
                if str(getattr(thing, field.attname)).startswith(("{", "[")) and not isinstance(field, models.JSONField):
                    continue                              # a text in which a program keeps its own JSON
                if field.max_length is not None and len(HOSTILE) > field.max_length:
                    continue
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=thing.pk).update(**{field.name: value})
                except DatabaseError:
                    continue
                done.append(f"{model._meta.label}.{field.name}")
    return sorted(set(done))


@pytest.fixture
def planted(db, client):
    """``(client of an administrator, [(address, url)])`` of a world in which every address finds something."""
    world, root = make_world(), make_root()
    urls = [(address, reverse(address.name, kwargs=sample(world, "own", address))) for address in addresses()]
    person = make_user(role="administrator", at=root)
    fields = plant()
    assert len(fields) > 8, fields
    client.force_login(person)
    return client, urls


def test_no_page_writes_a_name_as_markup(planted):
    client, urls = planted
    wrong, met = [], 0
    for address, url in urls:
        answer = client.get(url)
        assert answer.status_code < 500, address.name
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.get("Content-Type", "").startswith(("text/html", "image/svg")):
            met += b"&lt;xss7" in body or b"\\u003Cxss7" in body
            if b"<xss7" in body or (b">49<" in body and b"xss7" in body and b"{{7*7}}" not in body):
                wrong.append(address.name)
    assert wrong == []
    assert met > 10, f"only {met} pages showed the planted names"


def _formulas(answer) -> list[str]:
    if answer.get("Content-Type", "").startswith("text/csv"):
        rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        return [cell for row in rows for cell in row if re.match(r"\s*[=+@\t\r]", cell) or (re.match(r"-[^\d]", cell) and cell != "-")]
    if "spreadsheetml" in answer.get("Content-Type", ""):
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        return [str(cell.value) for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    return []


def test_no_table_that_goes_out_computes(planted):
    """Every page that exports, both formats, and every exchange."""
    client, urls = planted
    files, with_name, wrong = 0, 0, {}
    asked = [f"{url}?export={kind}" for address, url in urls if not address.name.startswith("api-") for kind in ("csv", "xlsx")]
    asked += [reverse("exchange:export", args=[one.name, kind]) for one in declaring.exchanges() for kind in ("csv", "xlsx")]
    for url in asked:
        answer = client.get(url)
        if "attachment" in answer.get("Content-Disposition", ""):
            files += 1
            with_name += b"xss7" in answer.content
            if found := _formulas(answer):
                wrong[url] = found[:3]
    assert wrong == {}
    assert files > 10
    assert with_name >= 3, f"{with_name} of {files} tables held the planted names"


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x", "a\r\nSet-Cookie: x=1", 'a"; filename="b.exe', "/etc/passwd", "C:\\x",
                                  "\x00", "a;b", "\u202egpj.exe", "." * 300, "con"])
def test_a_name_of_a_file_stays_a_name(name):
    header = download(b"", "text/csv", name)["Content-Disposition"]
    assert not set("\r\n\x00/\\") & set(header.replace("UTF-8''", ""))
    assert header.count('"') == 2


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/static/../pyproject.toml", "/static/%2e%2e/%2e%2e/pyproject.toml", "/static/..%2f..%2fpyproject.toml",
                                  "/static//etc/passwd", "/static/....//....//etc/passwd", "/exchange/..%2f..%2fx/export.csv",
                                  "/static/%00", "/static/..\\..\\pyproject.toml"])
def test_no_address_leads_out_of_its_folder(client, path):
    client.force_login(make_user())
    answer = client.get(path)
    assert answer.status_code in {400, 403, 404}
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"[project]" not in body
    assert b"root:" not in body


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/people/sign-in/", "/api/v1/me"])
def test_a_failure_tells_nothing_of_the_inside(monkeypatch, path, caplog):
    caplog.set_level(logging.CRITICAL)
    def broken(*_args, **_more):
        raise RuntimeError("secret-of-the-inside")
    monkeypatch.setattr("sheber.spine.people.middleware.find_rule", broken)
    client = Client(raise_request_exception=False)
    answer = client.get(path)
    assert answer.status_code == 500
    for word in (
            b"secret-of-the-inside", b"Traceback", b"RuntimeError", b".py", str(ROOT).encode(), b"Django", settings.SECRET_KEY.encode()):
        assert word not in answer.content, word


@pytest.mark.django_db
def test_a_page_that_is_not_there_names_no_other(client):
    body = client.get("/no/such/page").content
    assert b"urlpatterns" not in body
    assert b"^" not in body


@pytest.mark.django_db
@pytest.mark.parametrize("formatter", [JsonFormatter, TextFormatter])
def test_a_password_is_in_no_line_of_the_log(client, formatter):
    """Everything that is logged while somebody signs in, changes the password and presents tokens, at the most talkative."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter())
    loggers = [logging.getLogger(name) for name in ("", "sheber.requests", "django", "django.request", "django.security")]
    levels = [one.level for one in loggers]
    secrets = [PASSWORD, "another wrong password", "shb_not_a_token_but_secret", "reset-link-secret"]
    make_user(email="logged@example.invalid", password=PASSWORD)
    logging.getLogger().addHandler(handler)
    try:
        for one in loggers:
            one.setLevel(logging.INFO)
        client.post(reverse("people:sign_in"), {"email": "logged@example.invalid", "password": secrets[1]})
        client.post(reverse("people:sign_in"), {"email": "logged@example.invalid", "password": PASSWORD})
        secrets.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {secrets[2]}"})
        client.get(reverse("people:invitation_open", args=[secrets[3]]))
        client.get(reverse("accounts:reset", args=["MQ", secrets[3]]))
    finally:
        logging.getLogger().removeHandler(handler)
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)
    assert out.getvalue(), "nothing was logged, so nothing was tested"
    assert [secret for secret in [*secrets, "logged@example.invalid"] if secret in out.getvalue()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_everything_installed_is_pinned_with_its_hash(path):
    """One version and at least one SHA-256 of each; nothing from a branch or an address."""
    blocks = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", path.read_text("utf-8"), flags=re.M)).splitlines()
    wrong = [block[:60] for block in blocks if block.strip() and not re.match(
        r"[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==\S+.*--hash=sha256:[0-9a-f]{64}", block, re.I)]
    assert blocks
    assert wrong == []
