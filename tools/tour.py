"""The pages people see, each with the persona it is for: what ``tools/screenshots.py`` opens."""

from __future__ import annotations

from typing import NamedTuple


class Stop(NamedTuple):
    """A page of the tour.

    ``follow`` names links by CSS selector: from ``path`` the first of each is taken in turn, for pages whose address holds a
    number that differs from one installation to the next. ``status`` is the answer that is meant: 403 and 404 are pages too.
    """

    name: str
    path: str
    persona: str | None = None
    follow: tuple[str, ...] = ()
    status: int = 200


PROGRAMME = "/programmes/6B07202/2026.1/"       # metallurgy, of the director whose story the demonstration tells
COURSE = "MET3203"

SIGNED_OUT = (
    Stop("sign-in", "/sign-in/"),
    Stop("forgotten", "/account/forgotten/"),
)
DIRECTOR = tuple(Stop(name, path, "programme_director", follow) for name, path, follow in (
    ("home", "/", ()),
    ("programmes", "/programmes/", ()),
    ("programme", PROGRAMME, ()),
    ("matrix", f"{PROGRAMME}matrix/", ()),
    ("findings", f"{PROGRAMME}findings/", ()),
    ("gap", f"{PROGRAMME}gap/", ()),
    ("gap-occupation", f"{PROGRAMME}gap/?against=17-2131.00", ()),
    ("gap-item", f"{PROGRAMME}gap/", ("a.item",)),
    ("students", f"{PROGRAMME}students/", ()),
    ("students-all", "/students/", ()),
    ("student-of-mine", f"{PROGRAMME}students/", ("#table tbody th a",)),
    ("history", f"{PROGRAMME}history/", ()),
    ("course", f"{PROGRAMME}courses/{COURSE}/", ()),
    ("course-edit", f"{PROGRAMME}courses/{COURSE}/edit/", ()),
    ("course-remove", f"{PROGRAMME}courses/{COURSE}/edit/?remove=1", ()),
    ("course-add", f"{PROGRAMME}add-course/", ()),
    ("facts", f"{PROGRAMME}facts/", ()),
    ("targets", f"{PROGRAMME}targets/", ()),
    ("draft-delete", f"{PROGRAMME}delete/", ()),
    ("trash", "/trash/", ()),
    ("programme-new", "/programmes/new/", ()),
    ("import", "/programmes/import/", ()),
    ("frameworks", "/competences/", ()),
    ("framework", "/competences/CDIO/2.0/", ()),
    ("framework-found", "/competences/CDIO/2.0/?q=design", ()),
    ("competence", "/competences/CDIO/2.0/4.4/", ()),
    ("types", "/competences/types/", ()),
    ("type", "/competences/types/line_engineer/", ()),
    ("occupations", "/competences/occupations/", ()),
    ("occupation", "/competences/occupations/17-2131.00/", ()),
    ("levels", "/competences/levels/", ()),
    ("organisations", "/organisations/", ()),
    ("organisation", "/organisations/EKTU-MET/", ()),
    ("audit", "/audit/", ()),
    ("attainment", "/about/attainment/", ()),
    ("search", "/search/?q=металл", ()),
    ("search-nothing", "/search/?q=qqqqqq", ()),
    ("account", "/people/account/", ()),
    ("api", "/api/v1/docs", ()),
))
OTHERS = (
    Stop("student", "/students/me/", "student"),
    Stop("student-home", "/", "student"),
    Stop("student-programmes", "/programmes/", "student"),
    Stop("student-evidence", "/students/me/", "student", ("a[href^='/evidence/']",)),
    Stop("student-matrix", f"{PROGRAMME}matrix/", "student"),
    Stop("student-refused", "/audit/", "student", status=403),
    Stop("teacher-home", "/", "teacher"),
    Stop("teacher-programmes", "/programmes/", "teacher"),
    Stop("teacher-students", "/students/", "teacher"),
    Stop("teacher-assessment", "/programmes/", "teacher", ("main tbody th a", "a[href*='/courses/']", "a[href^='/assessments/']")),
    Stop("student-consents", "/privacy/consents/", "student"),
    Stop("student-profile", "/privacy/consents/", "student", ("a[href$='/profile/']",)),
    Stop("enterprise-home", "/", "enterprise_engineer"),
    Stop("enterprise-profiles", "/students/profiles/", "enterprise_engineer"),
    Stop("enterprise-programme", PROGRAMME, "enterprise_engineer"),
    Stop("enterprise-gap", f"{PROGRAMME}gap/", "enterprise_engineer"),
    Stop("enterprise-gap-item", f"{PROGRAMME}gap/", "enterprise_engineer", ("a.item",)),
    Stop("hr-occupations", "/competences/occupations/?type=technician", "hr"),
    Stop("quality-home", "/", "quality_officer"),
    Stop("quality-findings", f"{PROGRAMME}findings/", "quality_officer"),
    Stop("quality-audit", "/audit/", "quality_officer"),
    Stop("ministry-home", "/", "ministry_analyst"),
    Stop("ministry-programmes", "/programmes/", "ministry_analyst"),
    Stop("ministry-gap", f"{PROGRAMME}gap/", "ministry_analyst"),
    Stop("ministry-organisations", "/organisations/", "ministry_analyst"),
    Stop("administrator-home", "/", "administrator"),
    Stop("administrator-organisations", "/organisations/", "administrator"),
    Stop("administrator-audit", "/audit/", "administrator"),
    Stop("researcher-home", "/", "researcher"),
    Stop("nowhere", "/nowhere/", "teacher", status=404),
)
ADMINISTRATION = tuple(Stop(name, path, "administrator", follow) for name, path, follow in (
    ("people", "/people/", ()),
    ("person", "/people/", ("main tbody th a",)),
    ("person-edit", "/people/", ("main tbody th a", "a[href$='/edit/']")),
    ("role-grant", "/people/", ("main tbody th a", "a[href$='/roles/new/']")),
    ("role-days", "/people/", ("main tbody th a", "a[href$='/days/']")),
    ("role-end", "/people/", ("main tbody th a", "a[href$='/end/']")),
    ("invitations", "/people/invitations/", ()),
    ("invite", "/people/invitations/new/", ()),
    ("organisations-all", "/organisations/all/", ()),
    ("organisation-open", "/organisations/EKTU-MET/", ()),
    ("organisation-edit", "/organisations/EKTU-MET/edit/", ()),
    ("organisation-add", "/organisations/EKTU/below/new/", ()),
    ("organisation-move", "/organisations/EKTU-MET/move/", ()),
    ("organisation-close", "/organisations/EKTU-MET/close/", ()),
    ("tokens", "/integrations/tokens/", ()),
    ("token-new", "/integrations/tokens/new/", ()),
    ("webhooks", "/integrations/webhooks/", ()),
    ("webhook-new", "/integrations/webhooks/new/", ()),
    ("password", "/account/password/", ()),
    ("sessions", "/account/sessions/", ()),
    ("second-step", "/account/second-step/", ()),
    ("second-step-set-up", "/account/second-step/set-up/", ()),
    ("identities", "/account/identities/", ()),
    ("exchange", "/exchange/", ()),
    ("exchange-people", "/exchange/people/", ()),
    ("exchange-evidence", "/exchange/evidence/", ()),
    ("exchange-case", "/exchange/case/", ()),
    ("exports", "/exports/", ()),
    ("notices", "/notices/", ()),
    ("notices-settings", "/notices/settings/", ()),
    ("letters", "/notices/letters/", ()),
    ("jobs", "/jobs/", ()),
    ("job", "/jobs/", ("main tbody a[href^='/jobs/']",)),
    ("files", "/files/", ()),
    ("file-attach", "/organisations/EKTU-MET/", ("a[href^='/files/to/']",)),
    ("privacy", "/privacy/", ()),
    ("privacy-download", "/privacy/download/", ()),
    ("privacy-erasure", "/privacy/erasure/", ()),
    ("privacy-consents", "/privacy/consents/", ()),
    ("privacy-requests", "/privacy/requests/", ()),
    ("privacy-consent-counts", "/privacy/consents/counts/", ()),
))
TOUR: tuple[Stop, ...] = (*SIGNED_OUT, *DIRECTOR, *OTHERS, *ADMINISTRATION)
