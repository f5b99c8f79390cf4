"""Programmes by version, courses, and students."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from sheber.kit.findable import Kind, Reader, Source, Watch, findable, texts_of
from sheber.kit.localised import LocalisedText
from sheber.kit.search import Hit
from sheber.spine.people.models import RoleAssignment
from sheber.spine.privacy.models import ConsentChange

from .models import Course, Enrolment, Programme, ProgrammeVersion
from .queries.profiles import profiles_shown

_LATER = {ProgrammeVersion.Status.PUBLISHED: 0, ProgrammeVersion.Status.DRAFT: 1, ProgrammeVersion.Status.ARCHIVED: 2}
_Person = get_user_model()


def _versions_read(keys: Sequence[str]) -> Iterable[Source]:
    columns = ("id", "programme__code", "version", "programme__title", "programme__organisation_id", "status")
    rows = ProgrammeVersion.objects.filter(pk__in=keys).order_by().values_list(*columns)
    return [Source(str(pk), texts_of(title), (code, version), frozenset({organisation}), _LATER[ProgrammeVersion.Status(status)])
            for pk, code, version, title, organisation, status in rows]


def _versions_show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    rows = ProgrammeVersion.objects.filter(pk__in=keys).order_by().values_list(
        "id", "programme__code", "version", "programme__title", "status")
    sentences = {ProgrammeVersion.Status.DRAFT: _("programme, draft of version %(version)s"),
                 ProgrammeVersion.Status.PUBLISHED: _("programme, version %(version)s"),
                 ProgrammeVersion.Status.ARCHIVED: _("programme, archived version %(version)s")}
    return {str(pk): Hit(f"{code} {LocalisedText.of(title)}", reverse("programmes:overview", args=[code, version]),
                         sentences[ProgrammeVersion.Status(status)] % {"version": version}, "o-academic-cap")
            for pk, code, version, title, status in rows}


def _courses_read(keys: Sequence[str]) -> Iterable[Source]:
    """Courses of archived versions are left to the pages of these."""
    rows = Course.objects.filter(pk__in=keys).exclude(version__status=ProgrammeVersion.Status.ARCHIVED).order_by().values_list(
        "id", "code", "title", "version__programme__organisation_id", "version__status")
    return [Source(str(pk), texts_of(title), (code,), frozenset({organisation}), _LATER[ProgrammeVersion.Status(status)])
            for pk, code, title, organisation, status in rows]


def _courses_show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    rows = Course.objects.filter(pk__in=keys).order_by().values_list(
        "id", "code", "title", "term", "version__programme__code", "version__version")
    found = {}
    for pk, code, title, term, programme, version in rows:
        try:
            url = reverse("programmes:course", args=[programme, version, code])
        except NoReverseMatch:                          # a code with a stroke in it
            url = f"{reverse('programmes:overview', args=[programme, version])}?{urlencode({'course': code})}#map"
        sentence = _("course of %(programme)s") if term is None else _("course of %(programme)s, term %(term)s")
        found[str(pk)] = Hit(f"{code} {LocalisedText.of(title)}", url, sentence % {"programme": programme, "term": term}, "o-book-open")
    return found


def _students_read(keys: Sequence[str]) -> Iterable[Source]:
    """Whoever is or was enrolled; they stand where they study or studied, else where they hold a role, as their page has it."""
    studies: dict[int, bool] = {}
    found = Enrolment.objects.filter(student_id__in=[int(key) for key in keys]).order_by()
    for person, is_active in found.values_list("student_id", "is_active"):
        studies[person] = studies.get(person, False) or is_active
    homes: dict[int, set[int]] = {}
    others: dict[int, set[int]] = {}
    for person, role, organisation in RoleAssignment.objects.filter(user__in=list(studies)).order_by().values_list(
            "user_id", "role", "organisation_id"):
        (homes if role == "student" else others).setdefault(person, set()).add(organisation)
    rows = _Person.objects.filter(pk__in=list(studies), is_active=True).order_by().values_list("pk", "name", "email")
    return [Source(str(pk), texts_of(name), (email,), frozenset(homes.get(pk) or others.get(pk, set())), 0 if studies[pk] else 1)
            for pk, name, email in rows]


def _students_show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    found: dict[str, Hit] = {}
    columns = ("student_id", "student__name", "student__email", "version__programme__title", "class_year")
    rows = Enrolment.objects.filter(student_id__in=[int(key) for key in keys]).order_by("-is_active", "-entry_year", "-id")
    for pk, name, email, programme, year in rows.values_list(*columns):
        found.setdefault(str(pk), Hit(
            str(LocalisedText.of(name)) or email, reverse("students:student", args=[pk]),
            _("%(programme)s, class of %(year)s") % {"programme": LocalisedText.of(programme), "year": year}, "o-user"))
    return found


def _profiles_read(keys: Sequence[str]) -> Iterable[Source]:
    """Students who agree that enterprises see their profile: by name alone, for the address is not among what they agreed to."""
    agree = set(profiles_shown().filter(student__in=[int(key) for key in keys]).order_by().values_list("student_id", flat=True))
    return [Source(one.key, one.texts, (), one.places, one.later) for one in _students_read([str(pk) for pk in agree])]


def _profiles_show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    """Asked again: whatever the index holds, who does not agree now is not shown."""
    found: dict[str, Hit] = {}
    columns = ("student_id", "student__name", "version__programme__title", "class_year")
    rows = profiles_shown().filter(student__in=[int(key) for key in keys]).order_by("-is_active", "-entry_year", "-id")
    for pk, name, programme, year in rows.values_list(*columns):
        found.setdefault(str(pk), Hit(
            str(LocalisedText.of(name)), reverse("students:profile", args=[pk]),
            _("%(programme)s, class of %(year)s") % {"programme": LocalisedText.of(programme), "year": year}, "o-identification"))
    return found


_PROGRAMME = ("code", "title", "organisation")
findable(Kind("programmes", lambda: _("Programmes"), "o-academic-cap", 20, "programme.overview", ProgrammeVersion, _versions_read,
              _versions_show,
              (Watch(ProgrammeVersion, "pk", ("programme", "version", "status")), Watch(Programme, "versions", _PROGRAMME))))
findable(Kind("courses", lambda: _("Courses"), "o-book-open", 30, "programme.view", Course, _courses_read, _courses_show,
              (Watch(Course, "pk", ("code", "title", "version")), Watch(ProgrammeVersion, "courses", ("programme", "status")),
               Watch(Programme, "versions__courses", ("organisation",))), inside=False))
findable(Kind("students", lambda: _("Students"), "o-user-group", 35, "evidence.view", _Person, _students_read, _students_show,
              (Watch(_Person, "pk", ("name", "email", "is_active")), Watch(RoleAssignment, "user_id", ("user", "organisation", "role")),
               Watch(Enrolment, "student_id", ("student", "is_active"))), is_person=True, inside=False))
findable(Kind("profiles", lambda: _("Profiles of students"), "o-identification", 36, "profile.view", _Person, _profiles_read,
              _profiles_show,
              (Watch(_Person, "pk", ("name", "is_active")), Watch(RoleAssignment, "user_id", ("user", "organisation", "role")),
               Watch(Enrolment, "student_id", ("student", "is_active")), Watch(ConsentChange, "person_id", ("is_given",))), inside=False))
