"""What the palette finds: pages and commands, programmes, courses, competences. Systems add their own in kit/search.py."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Course, ProgrammeVersion
from sheber.kit import search
from sheber.kit.localised import LocalisedText
from sheber.spine.competences.models import Competence
from sheber.spine.competences.queries import occupation_list, type_list
from sheber.spine.organisations.models import Organisation
from sheber.spine.people import access
from sheber.spine.people.models import User
from sheber.spine.people.roles import ROLE_CHOICES

from . import navigation
from .queries import below

ROLE_LABELS = dict(ROLE_CHOICES)
CANDIDATES = 5000
"""Rows of a kind that are looked through; more needs an index of folded words."""


def register() -> None:
    search.register("pages", lambda: _("Pages"), pages, order=10)
    search.register("programmes", lambda: _("Programmes"), programmes, order=20)
    search.register("courses", lambda: _("Courses"), courses, order=30)
    search.register("people", lambda: _("People"), people, order=35)
    search.register("organisations", lambda: _("Organisations"), organisations, order=36)
    search.register("needs", lambda: _("Engineer types and occupations"), needs, order=38)
    search.register("competences", lambda: _("Competences"), competences, order=40)


def pages(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """Every page of the rail, and the home page; without words these are the answer."""
    shown = navigation.rail(request)
    found = [search.Hit(_("Where the loop stands"), reverse("home"), _("home page"), "o-arrow-path")]
    for station in shown["stations"]:
        found += [search.Hit(entry.label, entry.url, station.name, "o-list-bullet") for entry in station.entries]
    found += [search.Hit(entry.label, entry.url, "", entry.icon) for entry in shown["house"]]
    account = navigation.address("people:account")
    if account:
        found.append(search.Hit(_("Your account"), account, _("your name and roles"), "o-user"))
    return [hit for hit in found if search.matches(words, hit.title, hit.note)][:limit]


def programmes(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """Versions of programmes by code and title in any language; drafts only where one may look inside."""
    if not words:
        return ()
    inside = access.visible_paths(request.user, "programme.view")
    rows = ProgrammeVersion.objects.filter(_open(request, "programme__organisation__path")).exclude(status=ProgrammeVersion.Status.ARCHIVED)
    found: list[search.Hit] = []
    columns = ("programme__code", "version", "programme__title", "status", "programme__organisation__path")
    for code, version, title, status, path in rows.order_by("programme__code", "-version").values_list(*columns)[:CANDIDATES]:
        if status == ProgrammeVersion.Status.DRAFT and not access.covered(path, inside):
            continue
        url = _address("programmes:overview", [code, version])
        if url and search.matches(words, code, *_texts(title)):
            note = _("programme, version %(version)s") % {"version": version}
            found.append(search.Hit(f"{code} {LocalisedText.of(title)}", url, note, "o-academic-cap"))
    return found[:limit]


def courses(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """Courses of versions one may look inside; of two versions of a programme the newer comes first."""
    if len(words) < 2:
        return ()
    inside = below(access.visible_paths(request.user, "programme.view"), "version__programme__organisation__path")
    rows = Course.objects.filter(inside).exclude(version__status=ProgrammeVersion.Status.ARCHIVED)
    columns = ("code", "title", "term", "version__programme__code", "version__version")
    found: list[search.Hit] = []
    for code, title, term, programme, version in rows.order_by("code", "-version__version").values_list(*columns)[:CANDIDATES]:
        if search.matches(words, code, *_texts(title)):
            url = _address("programmes:overview", [programme, version])
            sentence = _("course of %(programme)s") if term is None else _("course of %(programme)s, term %(term)s")
            note = sentence % {"programme": programme, "term": term}
            if url:
                url = f"{url}?{urlencode({'course': code})}#map"
                found.append(search.Hit(f"{code} {LocalisedText.of(title)}", url, note, "o-book-open"))
        if len(found) == limit:
            break
    return found


def people(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """People below the nodes where the reader may see persons; a name is matched as it is written in any language."""
    paths = access.visible_paths(request.user, "person.view")
    if len(words) < 2 or not paths or not _address("students:student", [1]):
        return ()
    found: list[search.Hit] = []
    columns = ("id", "name", "roles__role", "roles__organisation__short_name", "roles__organisation__name")
    for person, name, role, short, full in User.objects.filter(below(paths, "roles__organisation__path"), is_active=True).order_by(
            "id").values_list(*columns)[:CANDIDATES]:
        url = _address("students:student", [person])
        if url and search.matches(words, *_texts(name)):
            note = _("%(role)s, %(place)s") % {"role": ROLE_LABELS.get(role, role), "place": LocalisedText.of(short or full)}
            found.append(search.Hit(str(LocalisedText.of(name)), url, note, "o-user"))
        if len(found) == limit:
            break
    return found


def organisations(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """Organisations below the nodes the reader may see."""
    paths = access.visible_paths(request.user, "organisation.view")
    if len(words) < 2 or not paths:
        return ()
    found: list[search.Hit] = []
    rows = Organisation.objects.filter(below(paths, "path"), is_active=True).order_by("path")
    for code, name, short, kind in rows.values_list("code", "name", "short_name", "kind")[:CANDIDATES]:
        url = _address("organisations:organisation", [code])
        if url and search.matches(words, code, *_texts(name), *_texts(short)):
            note = str(Organisation.Kind(kind).label)
            found.append(search.Hit(str(LocalisedText.of(name)), url, note, "o-building-office-2"))
    return found[:limit]


def needs(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """Engineer types and occupations by title in any language or by code, for those who may see frameworks."""
    if len(words) < 2 or not access.visible_paths(request.user, "framework.view"):
        return ()
    found = [search.Hit(str(row.title), _address("competences:type", [row.code]), _("engineer type"), "o-identification")
             for row in type_list() if search.matches(words, row.code, *_texts(row.title))]
    for job in occupation_list(text=words, limit=limit):
        note = _("occupation, %(kind)s") % {"kind": job.engineer_type_title}
        found.append(search.Hit(str(job.title), _address("competences:occupation", [job.soc]), note, "o-briefcase"))
    return found[:limit]


def competences(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """Competences of all frameworks, for those who may see frameworks."""
    if len(words) < 2 or not access.visible_paths(request.user, "framework.view"):
        return ()
    found: list[search.Hit] = []
    columns = ("code", "title", "framework__code", "framework__version", "framework__title")
    rows = Competence.objects.order_by("framework", "sort").values_list(*columns)[:CANDIDATES]
    for code, title, framework, version, framework_title in rows:
        if not search.matches(words, code, *_texts(title)):
            continue
        url = _address("competences:competence", [framework, version, code]) or _address("competences:framework", [framework, version])
        if url:
            found.append(search.Hit(f"{code} {LocalisedText.of(title)}", url, str(LocalisedText.of(framework_title)), "o-scale"))
        if len(found) == limit:
            break
    return found


def _open(request: HttpRequest, lookup: str) -> Any:
    return below(access.visible_paths(request.user, "programme.overview"), lookup)


def _texts(title: Any) -> Iterable[str]:
    return LocalisedText.of(title).values()


def _address(name: str, arguments: list[Any]) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
