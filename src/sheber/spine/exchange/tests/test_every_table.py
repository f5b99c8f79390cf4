"""Every table that goes out as a file either comes back by the exchange, or says here why it is not edited as a table."""

import ast
from pathlib import Path

from django.urls import reverse

from sheber.kit.exchange.declaring import elsewhere, exchanges

ROOT = Path(__file__).resolve().parents[3]

COMES_BACK = {
    "apps.programmes.views.listing: Programmes": "programmes:import",
    "apps.programmes.views.matrix_export: Competence matrix": "programmes:import",
    "apps.programmes.views.students: Students": "enrolments",
    "apps.programmes.views.student: Evidence of %(name)s": "evidence",
    "apps.programmes.views.assessments: str(row.title)": "evidence",
    "spine.competences.views: Engineer types": "profile-targets",
    "spine.organisations.views.listing: Organisations": "organisations",
    "spine.people.views.directory: People": "people",
}
"""By module and title: the table of the exchange, or the page of its own, by which its facts come in again."""

ONLY_OUT = {
    "apps.programmes.views.findings: Findings": "computed from the plan: it is the plan that is edited",
    "apps.programmes.views.gap: Gap": "computed from requirements and evidence, which both come in",
    "apps.programmes.views.gap: f'{found.code} {found.name}'": "computed from evidence, which comes in",
    "apps.programmes.views.profiles: Profiles of students": "computed from evidence, and shown to enterprises, who edit none of it",
    "spine.competences.views: Occupations": "reference facts of the product; no page edits them",
    "spine.exports.views: My exports": "files that were made; there is nothing in them to be edited",
    "spine.files.views: Files": "a file comes in as itself, with what it is checked for, and not as a row about it",
    "spine.integrations.views.tokens: API tokens": "a token is shown once to whoever makes it: a table of them could hold no secret",
    "spine.integrations.views.webhooks: Webhooks": "each has a secret that is shown once, and its address is tried when it is made",
    "spine.integrations.views.webhooks: Messages of a webhook": "a record of what was sent",
    "spine.jobs.views: Background work": "a record of what is done",
    "spine.notices.views.letters: Letters": "a record of what was sent and what waits",
    "spine.notices.views.centre: Notices": "what the product told one person",
    "spine.people.views.invitations: Invitations": "each is a letter to one address; people themselves come in by the table of people",
    "spine.privacy.views.deciding: Requests for erasure": "each is decided by itself, with a reason, and cannot be taken back",
    "spine.privacy.views.deciding: Consents": "a person consents for themselves; nobody does it for them by a table",
    "spine.trash.views: Trash": "what was deleted; putting it back restores its links, row by row",
    "site.views: Courses": "an example on the page of components",
}
"""By module and title: why it does not come back."""


def exported():
    """Module and title of each call that answers with a table as a file."""
    found = []
    for file in sorted(ROOT.rglob("views*")) + sorted(ROOT.rglob("views/**/*.py")):
        if file.suffix != ".py" or "tests" in file.parts:
            continue
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "export":
                title = next((one.value for one in node.keywords if one.arg == "title"), None)
                if title is not None:
                    texts = [one.value for one in ast.walk(title) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                    is_plain = isinstance(title, ast.Call | ast.BinOp) and len(texts) >= 1
                    found.append(f"{module}: {texts[0] if is_plain else ast.unparse(title)}")
    return found


def test_every_exported_table_comes_back_or_says_why_not():
    found = set(exported())
    assert len(found) > 20, "the search finds nothing"
    assert sorted(found - COMES_BACK.keys() - ONLY_OUT.keys()) == [], "register it in the exchange.py of its system, or say why not"
    assert sorted((COMES_BACK.keys() | ONLY_OUT.keys()) - found) == [], "these are exported no more"
    assert not COMES_BACK.keys() & ONLY_OUT.keys()


def test_what_is_said_to_come_back_is_registered():
    tables, pages = {one.name for one in exchanges()}, {one.url_name for one in elsewhere()}
    assert set(COMES_BACK.values()) <= tables | pages
    assert all(reverse(name) for name in pages)
    assert all(len(reason) > 20 for reason in ONLY_OUT.values())
