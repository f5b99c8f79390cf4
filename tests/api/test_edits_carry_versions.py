"""No edit is lost: every page and every operation that writes is one of four kinds, and those that edit are refused when they are stale.

A new one fails here until it is named below. What a page shows is looked at too, whatever it is made with: a form that comes filled with
what is saved is an edit, and has no business among the others.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from sheber.apps.programmes.models import ProgrammeVersion
from sheber.spine.audit.models import AuditEntry
from sheber.spine.competences.models import Framework
from sheber.spine.competences.tests.factories import make_framework
from sheber.spine.integrations.tests.factories import make_webhook
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_role, make_user
from tests.access.addresses import addresses
from tests.access.world import make_world, sample

from .test_pages_have_operations import methods_of, pages, posting

ROOT = Path(__file__).resolve().parents[2]
EDITS = {
    "programmes:course_edit", "programmes:course_remove", "programmes:facts_edit", "programmes:targets_edit", "programmes:matrix_save",
    "programmes:publish", "programmes:version_delete", "people:person_edit", "people:role_dates", "people:role_end",
    "organisations:edit", "organisations:move", "organisations:close", "organisations:reopen", "organisations:delete",
    "competences:framework_delete", "integrations:webhook_edit", "integrations:webhook_act",
}
"""Change or take away something that others may change meanwhile: they say which version was looked at."""
CREATES = {
    "programmes:new", "programmes:course_add", "programmes:revise", "people:role_grant", "people:invite", "organisations:add",
    "integrations:token_new", "integrations:webhook_new", "files:attach", "privacy:erasure", "accounts:second_setup",
    "accounts:identity_link", "people:invitation", "exports:start",
}
"""Make what was not there. What is there already is refused, never written over."""
COMPARES = {
    "programmes:import": "the dry run is of a version of the programme, and writing is refused when it was saved since",
    "exchange:table": "the dry run shows each row before and after; writing is refused when a row changed since",
    "exchange:case": "the dry run carries a mark of the framework compared with, and writing is refused when it is another",
}
"""Files: what is written is what was shown in the dry run."""
ACTS = {
    "programmes:archive", "programmes:recompute", "people:person_deactivate", "people:person_reactivate", "people:invitation_resend",
    "people:invitation_withdraw", "people:sign_in", "people:sign_in_as", "people:sign_out", "accounts:sessions_end",
    "accounts:session_end", "accounts:second_codes", "accounts:second_off", "accounts:second_check", "accounts:second_reset",
    "accounts:sso", "accounts:identity_unlink", "accounts:identities_end", "accounts:confirm_at", "accounts:forgotten",
    "privacy:decide", "privacy:erase", "privacy:erasure_withdraw", "privacy:download", "integrations:token_revoke",
    "integrations:delivery_replay", "files:remove", "files:bring_back", "notices:open", "notices:mark", "notices:mark_all",
    "notices:letter_act", "notices:letters_retry", "jobs:cancel", "jobs:retry", "trash:restore", "trash:destroy", "exports:remove",
}
"""Do one thing that is either done or refused: nothing that somebody typed is written over by them."""
LAST_WINS = {
    "notices:settings": "how one person is told: nobody else may change it, and the page says all of it",
    "notices:unsubscribe": "the link of one's own letter stops one kind of letter",
    "privacy:consents": "one's own yes or no: the last word of the person counts, and the version of the text that was read is stated",
    "accounts:password": "one's own password, of which nobody has seen the one before; the old one is asked for",
    "accounts:reset": "one's own password, by a link that opens once",
    "people:language": "a cookie of one's own browser",
    "people:theme": "a cookie of one's own browser, or one's own choice",
}
"""Rightly written over by whoever comes last, with the reason."""
FILLED = {
    "programmes:new": "the version of this year, as a proposal", "programmes:course_add": "the term asked for and the usual choices",
    "organisations:add": "the country, as a proposal", "people:invite": "the place asked for", "people:role_grant": "choices",
    "integrations:token_new": "the usual last day", "integrations:webhook_new": "one's own place, as a proposal",
    "programmes:import": "choices", "exchange:case": "choices",
}
"""Pages that come filled, and not with what is saved."""

OPERATION_EDITS = {
    "course_save", "course_update", "course_remove", "course_add", "facts_set", "targets_set", "cells_set", "requisites_set",
    "version_publish", "version_delete", "person_edit", "role_dates_change", "role_end", "organisation_edit", "organisation_move",
    "organisation_close", "organisation_reopen", "organisation_delete", "framework_delete", "webhook_change", "webhook_remove",
    "webhook_secret_replace",
}
OPERATIONS_ELSE = {
    "programme_start", "version_revise", "role_grant", "invitation_create", "organisation_add", "webhook_make", "file_attach",
    "evidence_record", "programme_import", "exchange_try", "exchange_apply", "framework_case_try", "framework_case_apply",
    "version_archive", "figures_refresh", "person_deactivate", "person_reactivate", "person_erase", "invitation_resend",
    "invitation_withdraw", "erasure_refuse", "erasure_keep_end", "token_revoke", "delivery_replay", "webhook_test", "webhook_replay",
    "file_remove", "file_bring_back", "notice_mark", "notice_mark_all", "letter_retry", "letter_drop", "letter_retry_all", "job_cancel",
    "job_retry", "deletion_restore", "deletion_destroy", "export_start", "export_remove",
}
"""Create, or act, as their pages do."""
OPERATIONS_LAST_WINS = {
    "consent_set": LAST_WINS["privacy:consents"], "notice_choice_set": "one's own choice; what is not named stays as it is",
    "evidence_supersede": "the ledger only grows: an item that was superseded already is refused",
    "evidence_withdraw": "the ledger only grows: an item that was withdrawn already is refused",
}
DRY_RUNS = {"programme_import"}
"""Tried first; the version seen then may be stated when the file is written."""
MAY_LEAVE_OUT = {"version_publish"}
"""Released without the version: a program that does not state one gets what it got."""


def test_every_page_that_writes_is_of_one_kind():
    kinds = [EDITS, CREATES, COMPARES.keys(), ACTS, LAST_WINS.keys()]
    named = [name for kind in kinds for name in kind]
    assert sorted(posting() - set(named)) == [], "say what the page does: when it edits, it carries a version"
    assert sorted(set(named) - posting()) == [], "there is no such page"
    assert len(named) == len(set(named))


def test_every_operation_that_writes_is_of_one_kind_and_an_edit_asks_for_the_version():
    described = json.loads((ROOT / "docs" / "reference" / "openapi.json").read_text("utf-8"))
    shapes, found = described["components"]["schemas"], {}
    for operations in described["paths"].values():
        for method, one in operations.items():
            if method != "get":
                asked = {each["name"]: each.get("required", False) for each in one.get("parameters", ()) if each["in"] == "query"}
                for content in one.get("requestBody", {}).get("content", {}).values():
                    shape = shapes.get(content["schema"].get("$ref", "").rpartition("/")[2], content["schema"])
                    asked |= {name: name in shape.get("required", ()) for name in shape.get("properties", ())}
                found[one["operationId"]] = asked
    named = [*OPERATION_EDITS, *OPERATIONS_ELSE, *OPERATIONS_LAST_WINS]
    assert sorted(found.keys() - set(named)) == [], "say what the operation does: when it edits, it carries a version"
    assert sorted(set(named) - found.keys()) == []
    assert len(named) == len(set(named))
    for name, asked in found.items():
        assert ("edit_version" in asked) == (name in OPERATION_EDITS or name in DRY_RUNS), name
        assert name not in OPERATION_EDITS or asked["edit_version"] or name in MAY_LEAVE_OUT, name


# ---- what the pages show ----

class Forms(HTMLParser):
    """Fields of the forms that are sent by POST: the names of hidden ones, and those that hold something when the page opens."""

    def __init__(self):
        super().__init__()
        self.hidden, self.filled, self.inside, self.area, self.first = set(), set(), False, "", {}

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = (given.get("method") or "").lower() == "post"
        if not self.inside and not given.get("form"):
            return
        name, kind = given.get("name") or "", given.get("type") or "text"
        if tag == "input" and kind == "hidden":
            self.hidden.add(name)
        elif tag == "input" and kind in {"checkbox", "radio"}:
            self.filled |= {name} if "checked" in given else set()
        elif tag == "input" and kind not in {"submit", "button", "file", "search"} and given.get("value"):
            self.filled.add(name)
        elif tag == "textarea":
            self.area = name
        elif tag == "option" and "selected" in given and given.get("value"):
            self.filled.add("a choice")

    def handle_data(self, text):
        if self.area and text.strip():
            self.filled.add(self.area)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "textarea":
            self.area = ""


def forms_of(answer):
    """The body of the page without the frame around it, which has forms of its own (language, theme)."""
    text = answer.content.decode()
    main = re.search(r"<main\b.*?</main>", text, re.DOTALL)
    found = Forms()
    found.feed(main[0] if main else text)
    return found


@pytest.mark.django_db
def test_a_form_that_comes_filled_with_what_is_saved_is_an_edit():
    world, wrong, seen = make_world(), [], set()
    client = Client()
    client.force_login(make_user(role="administrator", at=make_root(), password="a long password of words"))
    views = dict(pages())
    for address in addresses():
        looked = methods_of(views[address.name]) if address.name in views else None
        if address.name not in posting() or (looked is not None and "GET" not in looked):
            continue
        try:
            answer = client.get(reverse(address.name, kwargs=sample(world, "own", address)))
        except NoReverseMatch:
            continue
        if answer.status_code != 200:
            continue
        seen.add(address.name)
        found = forms_of(answer)
        if found.filled - {"reason"} and address.name not in EDITS | FILLED.keys() | LAST_WINS.keys():
            wrong.append((address.name, sorted(found.filled)))
    assert wrong == [], "it shows what is saved, to be changed: an edit, unless FILLED says with what it is filled"
    assert seen >= {"people:person_edit", "people:role_dates", "people:role_end", "people:role_grant", "organisations:edit",
                    "organisations:move", "integrations:webhook_edit", "notices:settings", "accounts:password"}, "it does not look"


# ---- what a stale one is answered ----

@pytest.fixture
def places(nation):
    """Page to arguments, for each that edits; and who may."""
    person = make_user(email="somebody@example.invalid")
    role = make_role(user=person, role="teacher", at=nation.faculty)
    closed = make_organisation(parent=nation.faculty, kind="department", code="SHUT", is_active=False)
    hook = make_webhook(owner=nation.people["administrator"], at=nation.faculty)
    make_framework(code="OWN", version="1", sections=1, items=1, published=False)
    version = {"code": nation.draft.programme.code, "version": nation.draft.version}
    of_role = {"person_id": person.pk, "role_id": role.pk}
    return {
        "programmes:course_edit": version | {"course": "MAT1"}, "programmes:course_remove": version | {"course": "MAT1"},
        "programmes:facts_edit": version, "programmes:targets_edit": version, "programmes:matrix_save": version,
        "programmes:publish": version, "programmes:version_delete": version, "people:person_edit": {"person_id": person.pk},
        "people:role_dates": of_role, "people:role_end": of_role, "organisations:edit": {"code": "OURS-F"},
        "organisations:move": {"code": "OURS-F"}, "organisations:close": {"code": "OURS-F"}, "organisations:reopen": {"code": closed.code},
        "organisations:delete": {"code": closed.code}, "competences:framework_delete": {"code": "OWN", "version": "1"},
        "integrations:webhook_edit": {"webhook_id": hook.pk}, "integrations:webhook_act": {"webhook_id": hook.pk}}


OF_PAGE = {"programmes:course_remove": "programmes:course_edit", "programmes:matrix_save": None, "programmes:publish": "programmes:history",
           "integrations:webhook_act": "integrations:webhook"}
"""Pages whose forms stand on another page; the matrix is sent by its script, which carries the version."""
TYPED = {"people:role_end": {"reason": "typed"},
         "organisations:move": {"parent": "THEIRS", "reason": "typed"},
         "organisations:close": {"reason": "typed"}, "organisations:reopen": {"reason": "typed"},
         "organisations:delete": {"reason": "typed"},
         "competences:framework_delete": {"reason": "typed"}, "programmes:version_delete": {"reason": "typed"},
         "organisations:edit": {"name_en": "typed"}, "people:person_edit": {"name_en": "typed"}, "people:role_dates": {"reason": "typed"},
         "integrations:webhook_edit": {"name": "typed"}, "programmes:facts_edit": {"qualification_en": "typed"},
         "programmes:course_edit": {"title_en": "typed"}, "programmes:targets_edit": {"reason": "typed"}}


def standing():
    return (AuditEntry.objects.count(), list(ProgrammeVersion.objects.order_by("pk").values()),
            list(Organisation.objects.order_by("pk").values()), list(Framework.objects.order_by("pk").values()))


def filled_in(page):
    """What a browser would send."""
    form = page.context["form"] if page.context and "form" in page.context else None
    if form is None:
        return {}
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and not isinstance(value, bool)}


@pytest.mark.parametrize("stated", ["older", "none", "nonsense"])
@pytest.mark.parametrize("name", sorted(EDITS))
def test_a_stale_edit_is_refused_keeps_what_was_typed_and_changes_nothing(nation, places, name, stated):
    client, before = nation.client("administrator"), standing()
    address = reverse(name, kwargs=places[name])
    shown = OF_PAGE.get(name, name)
    sent = {"act": "remove"} if name.endswith("_act") else {}
    if shown is not None:
        page = client.get(reverse(shown, kwargs=places[name]))
        assert "edit_version" in forms_of(page).hidden, shown
        sent |= {} if name in OF_PAGE else filled_in(page)
    version = {"older": {"edit_version": "999999"}, "none": {}, "nonsense": {"edit_version": "-1e3"}}[stated]
    sent.pop("edit_version", None)
    if name == "programmes:matrix_save":
        change = {"changes": [{"course": "MAT1", "item": "1.1", "mode": "T", "level": 4}]}
        version |= {"edit_version": 999999} if stated == "older" else {}
        answer = client.post(address, change | version, content_type="application/json")
        assert answer.status_code == (409 if stated == "older" else 422)
    else:
        answer = client.post(address, sent | version | TYPED.get(name, {}), headers={"Accept-Language": "en"})
        assert answer.status_code == 409, answer.content.decode()[:300]
        for typed in TYPED.get(name, {}).values():
            assert f'"{typed}"' in answer.content.decode() or f">{typed}<" in answer.content.decode()
    assert standing() == before
