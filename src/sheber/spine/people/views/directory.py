"""The directory of people, and one person."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sheber.kit.beside import pages_beside
from sheber.kit.exports import export, known
from sheber.kit.http import Request, wants_part
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.audit.queries import entries
from sheber.spine.organisations import queries as organisations
from sheber.spine.people import access, queries, rules, steps
from sheber.spine.people.models import User
from sheber.spine.people.queries import DirectoryRow
from sheber.spine.people.roles import ROLE_CHOICES

PAGE_SIZE = 25
HISTORY = 30


def state_names() -> dict[str, str]:
    """Whether an account is open."""
    return {"active": _("Open account"), "closed": _("Closed account")}


def _columns() -> list[Column[DirectoryRow]]:
    return [Column("name", pgettext("of a person", "Name"), lambda row: str(row.name)), Column("email", _("E-mail"), lambda row: row.email),
            Column("roles", _("Roles held now"), lambda row: "; ".join(f"{one.label}, {one.place}" for one in row.roles), sortable=False),
            Column("state", _("State"), lambda row: state_names()["active" if row.is_active else "closed"], sortable=False),
            Column("added", _("Added"), lambda row: row.created_at.date())]


@require_GET
def people_list(request: Request) -> HttpResponse:
    """People with a role at or below the places where the reader may see persons; ``?format=csv|xlsx`` exports those that pass."""
    paths = request.access.visible_paths("person.view")
    places = {row.code: row for row in organisations.tree_top(paths)}
    asked = organisations.by_code(request.GET.get("at", "")[:40]) if request.GET.get("at", "") not in {"", *places} else None
    if asked is not None and request.access.allowed("person.view", asked.path):
        places[asked.code] = asked
    filters: list[Filter[DirectoryRow]] = [
        Filter("role", _("Role"), [("", _("Any role")), *((code, str(label)) for code, label in ROLE_CHOICES)]),
        Filter("at", _("Organisation"), [("", _("Any organisation")), *((code, row.short) for code, row in places.items())]),
        Filter("state", _("State"), [("", _("Any state")), *state_names().items()])]

    def answer(query: Query) -> Slice[DirectoryRow]:
        at = query.filters.get("at", "")
        return queries.directory_slice(query, paths=paths, at=places[at].path if at else "")

    table = Table(_columns(), answer, request, default="name", filters=filters, page_size=PAGE_SIZE)
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, rows = table.export()
        return export(kind, headings, rows, title=_("People"), filename="people", synthetic=any(row.is_synthetic for row in table))
    page = "people/_list_table.html" if wants_part(request) else "people/list.html"
    return render(request, page, {"table": table, "may_invite": bool(request.access.visible_paths("role.grant"))})


@require_GET
def person(request: Request, person_id: int) -> HttpResponse:
    """One person: account, roles held now and before, and what was done about them."""
    return person_page(request, person_id)


def person_page(request: Request, person_id: int, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a person, also with a form of it that was refused."""
    row = queries.person_detail(person_id)
    if row is None:
        raise Http404
    is_own = row.id == request.user.pk
    held = access.held(request.user)
    seen = [one for one in queries.roles_of(row.id) if is_own or request.access.allowed("person.view", one.organisation_path)]
    roles = [(one, rules.may_grant(one.role, one.organisation_path, held)) for one in seen]
    home = queries.role_paths(row.id) or (access.NATIONAL,)
    audited = request.access.visible_paths("audit.view")
    history = entries(scope_paths=audited, target_kind="people.user", target_id=str(row.id), size=HISTORY).rows if audited else ()
    return render(request, "people/person.html", {
        "row": row, "is_own": is_own, "beside": pages_beside(request, row.id), "ways": steps.other_ways(request),
        "history": history, "may_audit": bool(audited), "roles": roles,
        "held_now": sum(one.is_current for one in seen),
        "may_grant": any(request.access.allowed("role.grant", path) for path in home),
        "may_edit": not is_own and not rules.is_erased(row.email) and _masters(request.user, row.id), **more}, status=status)


def _masters(actor: Any, person_id: int) -> bool:
    from sheber.kit.errors import DomainError
    from sheber.spine.people.services.guards import masters

    try:
        masters(actor, User.objects.get(pk=person_id))
    except DomainError:
        return False
    return True
