"""The API does all that the pages do: every page that takes a POST has an operation that does the same, or a reason why none does.

A new page fails here until it is named below, beside the operations (``operationId``) that do what it does, or with the reason.
"""

import json
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = {
    "programmes:new": ["programme_start"],
    "programmes:import": ["programme_import"],
    "programmes:publish": ["version_publish"],
    "programmes:revise": ["version_revise"],
    "programmes:recompute": ["figures_refresh"],
    "programmes:archive": ["version_archive"],
    "programmes:course_add": ["course_add"],
    "programmes:course_edit": ["course_save", "course_update"],
    "programmes:course_remove": ["course_remove"],
    "programmes:facts_edit": ["facts_set"],
    "programmes:targets_edit": ["targets_set"],
    "programmes:matrix_save": ["cells_set"],
    "privacy:consents": ["consent_set"],
    "privacy:decide": ["person_erase", "erasure_refuse", "erasure_keep_end"],
    "privacy:erase": ["person_erase"],
    "people:person_edit": ["person_edit"],
    "people:person_deactivate": ["person_deactivate"],
    "people:person_reactivate": ["person_reactivate"],
    "people:role_grant": ["role_grant"],
    "people:role_dates": ["role_dates_change"],
    "people:role_end": ["role_end"],
    "people:invite": ["invitation_create"],
    "people:invitation_resend": ["invitation_resend"],
    "people:invitation_withdraw": ["invitation_withdraw"],
    "organisations:add": ["organisation_add"],
    "organisations:edit": ["organisation_edit"],
    "organisations:move": ["organisation_move"],
    "organisations:close": ["organisation_close"],
    "organisations:reopen": ["organisation_reopen"],
    "exchange:case": ["framework_case_try", "framework_case_apply"],
    "exchange:table": ["exchange_try", "exchange_apply"],
    "integrations:token_revoke": ["token_revoke"],
    "integrations:webhook_new": ["webhook_make"],
    "integrations:webhook_edit": ["webhook_change"],
    "integrations:webhook_act": ["webhook_change", "webhook_test", "webhook_secret_replace", "webhook_remove", "webhook_replay"],
    "integrations:delivery_replay": ["delivery_replay"],
    "exports:start": ["export_start"],
    "exports:remove": ["export_remove"],
    "files:attach": ["file_attach"],
    "files:remove": ["file_remove"],
    "files:bring_back": ["file_bring_back"],
    "notices:open": ["notice_mark"],
    "notices:mark": ["notice_mark"],
    "notices:mark_all": ["notice_mark_all"],
    "notices:settings": ["notice_choice_set"],
    "notices:letter_act": ["letter_retry", "letter_drop"],
    "notices:letters_retry": ["letter_retry_all"],
    "jobs:cancel": ["job_cancel"],
    "jobs:retry": ["job_retry"],
    "programmes:version_delete": ["version_delete"],
    "organisations:delete": ["organisation_delete"],
    "competences:framework_delete": ["framework_delete"],
    "trash:restore": ["deletion_restore"],
    "trash:destroy": ["deletion_destroy"],
}
REASONS = {
    "people:sign_in": "a program asks by a token and has no session to begin",
    "accounts:password": "a program has no password; a token that could change one would become its person",
    "accounts:sessions_end": "a program asks by a token and has no sessions",
    "accounts:session_end": "a program asks by a token and has no sessions",
    "accounts:second_setup": "the second step belongs to signing in, which a program does not do; a token must not decide about it",
    "accounts:second_codes": "recovery codes are for the person alone, who signs in to have them made",
    "accounts:second_off": "a token that could turn it off would undo what it is for",
    "accounts:sso": "a person signs in with a browser; a program asks by a token",
    "accounts:identity_link": "a link is a way to sign in: a token that could make one would become its person",
    "accounts:identity_unlink": "ways to sign in belong to the person alone, who sees them in a browser",
    "accounts:identities_end": "a person makes sure who asks; a token that leaked must not shut people out",
    "accounts:confirm_at": "a person proves again who they are; a program has a token",
    "accounts:second_check": "a program asks by a token and does not sign in",
    "accounts:second_reset": "a person makes sure who asks; a token that leaked must not take second steps away",
    "accounts:forgotten": "a person who cannot sign in asks for a link in a browser",
    "accounts:reset": "the link of a letter, opened in a browser",
    "people:sign_in_as": "the tour of the demonstration, for people",
    "people:sign_out": "a program asks by a token and has no session to end",
    "people:language": "a cookie of the browser; a program says ?language= or Accept-Language",
    "people:theme": "a cookie of the browser",
    "notices:unsubscribe": "the link of a letter; a program that knows who it acts for chooses by notice_choice_set",
    "people:invitation": "the invited person chooses a password in a browser; there is nobody yet whom a token could belong to",
    "privacy:erasure": "a person proves by the password who asks; a token that leaked must not erase its owner",
    "privacy:erasure_withdraw": "a person takes back what they asked for in a browser",
    "privacy:download": "all that is held about a person is handed to the person alone, who proves it by the password; never to a token",
    "integrations:token_new": "a token that could make tokens would outlive its own end; a person makes them, signed in",
}
LOOKS_ONLY = {"GET", "HEAD", "OPTIONS"}


def pages(resolver=None, namespaces=()):
    """Full name and view of every address that is not of the API."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            if one.namespace != "api-v1":
                yield from pages(one, (*namespaces, one.namespace) if one.namespace else namespaces)
        elif isinstance(one, URLPattern):
            yield ":".join([*namespaces, one.name or ""]), one.callback


def methods_of(view):
    """The methods a view was declared with (``require_http_methods`` and its kin, classes); ``None``: it says nothing, so it takes all."""
    if hasattr(view, "view_class"):
        return {name.upper() for name in view.view_class.http_method_names if hasattr(view.view_class, name)}
    while view is not None:
        for name, cell in zip(getattr(getattr(view, "__code__", None), "co_freevars", ()), view.__closure__ or (), strict=False):
            if name == "request_method_list":
                return set(cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return None


def posting():
    redirects = {"sign_in"}                                          # a redirect that passes every method on
    return {name for name, view in pages() if name not in redirects and ((found := methods_of(view)) is None or found - LOOKS_ONLY)}


def test_every_page_that_writes_has_an_operation_or_a_reason():
    missing = sorted(posting() - OPERATIONS.keys() - REASONS.keys())
    assert missing == [], "name the operation that does the same, or why there is none"


def test_the_list_names_no_page_that_is_gone():
    assert sorted((OPERATIONS.keys() | REASONS.keys()) - posting()) == []
    assert OPERATIONS.keys() & REASONS.keys() == set()


def test_the_operations_are_there_and_write():
    described = json.loads((ROOT / "docs" / "reference" / "openapi.json").read_text("utf-8"))["paths"]
    writing = {one["operationId"] for operations in described.values() for method, one in operations.items() if method != "get"}
    named = {one for found in OPERATIONS.values() for one in found}
    assert sorted(named - writing) == []


def test_views_tell_their_methods():
    """The reading of the decorators is not blind."""
    from sheber.apps.programmes.views import history, listing

    assert methods_of(history.publish) == {"POST"}
    assert methods_of(listing.programme_list) == {"GET"}
    assert methods_of(lambda request: None) is None
