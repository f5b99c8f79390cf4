"""Frameworks, competences, engineer types and occupations. They are open to whoever holds a role anywhere; drafts to those who edit."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from sheber.kit.findable import Kind, Reader, Source, Watch, findable, texts_of
from sheber.kit.localised import LocalisedText
from sheber.kit.search import Hit

from .models import Competence, EngineerType, Framework, Occupation, Profile, Publication

ORDER = 40


def _later(status: str) -> int:
    return 1 if status == Publication.ARCHIVED else 0


def _frameworks_read(*, drafts: bool) -> Callable[[Sequence[str]], Iterable[Source]]:
    def read(keys: Sequence[str]) -> Iterable[Source]:
        rows = Framework.objects.filter(pk__in=keys).order_by().values_list("id", "code", "version", "title", "status")
        return [Source(str(pk), texts_of(title), (code, version), later=_later(status)) for pk, code, version, title, status in rows
                if (status == Publication.DRAFT) is drafts]
    return read


def _frameworks_show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    rows = Framework.objects.filter(pk__in=keys).order_by().values_list("id", "code", "version", "title", "status")
    return {str(pk): Hit(str(LocalisedText.of(title)), reverse("competences:framework", args=[code, version]),
                         _("version %(version)s") % {"version": version} if status == Publication.PUBLISHED
                         else str(Publication(status).label), "o-scale")
            for pk, code, version, title, status in rows}


def _competences_read(*, drafts: bool) -> Callable[[Sequence[str]], Iterable[Source]]:
    def read(keys: Sequence[str]) -> Iterable[Source]:
        rows = Competence.objects.filter(pk__in=keys).order_by().values_list("id", "code", "title", "short_title", "framework__status")
        return [Source(str(pk), texts_of(title, short), (code,), later=_later(status)) for pk, code, title, short, status in rows
                if (status == Publication.DRAFT) is drafts]
    return read


def _competences_show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    columns = ("id", "code", "title", "framework__code", "framework__version", "framework__title")
    rows = Competence.objects.filter(pk__in=keys).order_by().values_list(*columns)
    return {str(pk): Hit(f"{code} {LocalisedText.of(title)}", reverse("competences:competence", args=[framework, version, code]),
                         str(LocalisedText.of(framework_title)), "o-scale")
            for pk, code, title, framework, version, framework_title in rows}


def _types_read(keys: Sequence[str]) -> Iterable[Source]:
    """Those with a profile in force: the page of a type shows it."""
    in_force = set(Profile.objects.filter(engineer_type__in=keys, kind=Profile.Kind.ENGINEER_TYPE, status=Publication.PUBLISHED)
                   .values_list("engineer_type_id", flat=True))
    rows = EngineerType.objects.filter(pk__in=keys).order_by().values_list("code", "title")
    return [Source(code, texts_of(title), (code,)) for code, title in rows if code in in_force]


def _types_show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    rows = EngineerType.objects.filter(pk__in=keys).order_by().values_list("code", "title")
    return {code: Hit(str(LocalisedText.of(title)), reverse("competences:type", args=[code]), _("engineer type"), "o-identification")
            for code, title in rows}


def _occupations_read(keys: Sequence[str]) -> Iterable[Source]:
    """Those with a profile in force, of a type that has one too."""
    found = Profile.objects.filter(status=Publication.PUBLISHED).order_by()
    own = set(found.filter(occupation__in=keys).values_list("occupation_id", flat=True))
    types = set(found.filter(kind=Profile.Kind.ENGINEER_TYPE).values_list("engineer_type_id", flat=True))
    rows = Occupation.objects.filter(pk__in=keys).order_by().values_list("soc", "title", "isco08", "engineer_type_id")
    return [Source(soc, texts_of(title), (soc, isco)) for soc, title, isco, kind in rows if soc in own and kind in types]


def _occupations_show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    rows = Occupation.objects.filter(pk__in=keys).order_by().values_list("soc", "title", "engineer_type__title")
    return {soc: Hit(str(LocalisedText.of(title)), reverse("competences:occupation", args=[soc]),
                     _("occupation, %(kind)s") % {"kind": LocalisedText.of(kind)}, "o-briefcase") for soc, title, kind in rows}


_FRAMEWORK = (Watch(Framework, "pk", ("code", "version", "title", "status")),)
_COMPETENCE = (Watch(Competence, "pk", ("code", "title", "short_title", "framework")), Watch(Framework, "competences", ("status",)))
_PROFILE = ("kind", "status", "engineer_type", "occupation")
findable(Kind("types", lambda: _("Engineer types"), "o-identification", ORDER, "framework.view", EngineerType, _types_read, _types_show,
              (Watch(EngineerType, "pk", ("title",)), Watch(Profile, "engineer_type_id", _PROFILE)), everywhere=True))
findable(Kind("occupations", lambda: _("Occupations"), "o-briefcase", ORDER + 1, "framework.view", Occupation, _occupations_read,
              _occupations_show,
              (Watch(Occupation, "pk", ("title", "isco08", "engineer_type")), Watch(Profile, "occupation_id", _PROFILE),
               Watch(Profile, "engineer_type__occupations", _PROFILE)), everywhere=True))
findable(Kind("competences", lambda: _("Competences"), "o-scale", ORDER + 2, "framework.view", Competence, _competences_read(drafts=False),
              _competences_show, _COMPETENCE, everywhere=True))
findable(Kind("frameworks", lambda: _("Competence frameworks"), "o-scale", ORDER + 3, "framework.view", Framework,
              _frameworks_read(drafts=False), _frameworks_show, _FRAMEWORK, everywhere=True))
findable(Kind("draft-competences", lambda: _("Competences of drafts"), "o-scale", ORDER + 4, "framework.edit", Competence,
              _competences_read(drafts=True), _competences_show, _COMPETENCE, everywhere=True))
findable(Kind("draft-frameworks", lambda: _("Drafts of frameworks"), "o-scale", ORDER + 5, "framework.edit", Framework,
              _frameworks_read(drafts=True), _frameworks_show, _FRAMEWORK, everywhere=True))
