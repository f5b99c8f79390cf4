"""Competences of drafts, links between frameworks, and what engineer types require, as tables that go out and come back.

Frameworks belong to no one place: rows are written by whoever edits them for the whole nation.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.kit.access import NATIONAL, covered
from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Change, Column, Exchange, Values, register
from sheber.kit.localised import LANGUAGES

from . import services
from .case.reading import fits
from .models import Alignment, Competence, EngineerType, Framework, Profile, ProfileTarget, Publication

AT_ONCE: Final = 900
"""SQLite of older systems takes at most 999 parameters."""
_TEXTS: Final = ("title", "short_title", "meaning")
_LABELS: Final = {
    "title": (gettext_lazy("Title, Kazakh"), gettext_lazy("Title, Russian"), gettext_lazy("Title, English")),
    "short_title": (gettext_lazy("Short title, Kazakh"), gettext_lazy("Short title, Russian"), gettext_lazy("Short title, English")),
    "meaning": (gettext_lazy("Meaning, Kazakh"), gettext_lazy("Meaning, Russian"), gettext_lazy("Meaning, English"))}
_FRAMEWORK: Final = (Column("framework", gettext_lazy("Framework"), required=True, help=gettext_lazy("Its code.")),
                     Column("version", gettext_lazy("Version"), required=True))
COMPETENCES: Final = (
    Column("code", gettext_lazy("Code"), required=True, help=gettext_lazy("Own to the competence within the framework, like 4.7.10.")),
    *_FRAMEWORK,
    Column("parent", gettext_lazy("Stands below"), help=gettext_lazy("Code of the competence above; a row further up may add it.")),
    Column("sort", gettext_lazy("Order"), "integer", required=True),
    *(Column(f"{name}_{language}", _LABELS[name][place]) for name in _TEXTS for place, language in enumerate(LANGUAGES)),
    Column("kind", gettext_lazy("Kind")), Column("stage", gettext_lazy("Stage"), "choice", choices=Competence.Stage.choices),
    Column("is_extension", gettext_lazy("Extension"), "flag"))
ALIGNMENTS: Final = (
    Column("origin", gettext_lazy("Competence"), required=True, help=gettext_lazy("Its code.")), *_FRAMEWORK,
    Column("kind", gettext_lazy("Relation"), "choice", required=True, choices=Alignment.Kind.choices),
    Column("target", gettext_lazy("Other competence"), required=True, help=gettext_lazy("Its code.")),
    Column("target_framework", gettext_lazy("Framework of the other"), required=True, help=gettext_lazy("Its code.")),
    Column("target_version", gettext_lazy("Version of the other"), required=True))
TARGETS: Final = (
    Column("competence", gettext_lazy("Competence"), required=True, help=gettext_lazy("Its code.")), *_FRAMEWORK,
    Column("engineer_type", gettext_lazy("Engineer type"), required=True, help=gettext_lazy("Its code, like line_engineer.")),
    Column("profile", gettext_lazy("Version of the profile"), required=True, help=gettext_lazy(
        "A version that is not there yet is begun as a draft; one in force does not change.")),
    Column("level", gettext_lazy("Required level"), "number", help=gettext_lazy("0 to 5; empty when nothing is required.")),
    Column("weight", gettext_lazy("Weight"), "number", required=True, help=gettext_lazy("0 to 1.")))


def competence_rows(_paths: Sequence[str], ids: Collection[str] | None = None) -> Iterator[Values]:
    """Competences of drafts, in the order of each framework."""
    columns = ("pk", "code", "framework__code", "framework__version", "parent__code", "sort", *_TEXTS, "kind", "stage", "is_extension")
    for found in _asked(Competence.objects.filter(framework__status=Publication.DRAFT), ids):
        for key, code, framework, version, parent, sort, *texts, kind, stage, is_extension in found.order_by(
                "framework_id", "depth" if ids is not None else "sort", "pk").values_list(*columns):
            told = {f"{name}_{language}": text.get(language, "")
                    for name, text in zip(_TEXTS, texts, strict=True) for language in LANGUAGES}
            yield {"id": str(key), "code": code, "framework": framework, "version": version, "parent": parent or "", "sort": sort,
                   "kind": kind, "stage": stage, "is_extension": is_extension, **told}


def alignment_rows(_paths: Sequence[str], ids: Collection[str] | None = None) -> Iterator[Values]:
    """Every link between two competences."""
    columns = ("pk", "kind", *(f"{end}__{name}" for end in ("origin", "target") for name in ("code", "framework__code",
                                                                                             "framework__version")))
    for found in _asked(Alignment.objects.all(), ids):
        for key, kind, *ends in found.order_by("pk").values_list(*columns):
            yield {"id": str(key), "kind": kind, **dict(zip(("origin", "framework", "version", "target", "target_framework",
                                                            "target_version"), ends, strict=True))}


def target_rows(_paths: Sequence[str], ids: Collection[str] | None = None) -> Iterator[Values]:
    """What every profile of an engineer type requires, those in force too."""
    columns = ("pk", "competence__code", "profile__framework__code", "profile__framework__version", "profile__engineer_type",
               "profile__version", "level", "weight")
    names = ("competence", "framework", "version", "engineer_type", "profile", "level", "weight")
    for found in _asked(ProfileTarget.objects.filter(profile__kind=Profile.Kind.ENGINEER_TYPE), ids):
        for key, *values in found.order_by("profile_id", "competence__sort", "pk").values_list(*columns):
            yield {"id": str(key), **dict(zip(names, values, strict=True))}


def competence_apply(change: Change, actor: Any, paths: Sequence[str]) -> None:
    """Add or change one competence of a draft."""
    _for_the_nation(paths, "code")
    new = change.new
    framework = _framework(new)
    parent = _competence(framework, new["parent"], "parent") if new["parent"] else None
    facts = {name: {one: new[f"{name}_{one}"] for one in LANGUAGES if new[f"{name}_{one}"]} for name in _TEXTS}
    if not facts["title"]:
        raise _refused("title_en", _("Write the title in at least one language."))
    if not fits(new["code"]):
        raise _refused("code", _("A code has at most 30 characters, and none of / \\ ? # %."))
    plain = {"kind": new["kind"], "stage": new["stage"], "is_extension": new["is_extension"], "sort": _counted(new["sort"])}
    more: dict[str, Any] = {**facts, **plain}
    if not change.id:
        services.competence_add(actor=actor, framework_id=framework.pk, code=new["code"], parent_id=parent.pk if parent else None, **more)
        return
    if {"framework", "version"} & set(change.fields):
        raise _refused("framework", _("A competence stays in its framework. Leave the id empty to add it to another one."))
    if {"code", "parent"} & set(change.fields):
        services.competence_move(actor=actor, competence_id=int(change.id), parent_id=parent.pk if parent else None, code=new["code"])
    services.competence_update(actor=actor, competence_id=int(change.id), **more)


def alignment_apply(change: Change, actor: Any, paths: Sequence[str]) -> None:
    """State a link, or another kind of it."""
    _for_the_nation(paths, "origin")
    new = change.new
    if change.id and set(change.fields) != {"kind"}:
        raise _refused("origin", _("Only the relation of a link can be changed. Leave the id empty to state another link."))
    origin = _competence(_framework(new), new["origin"], "origin")
    other = _framework({"framework": new["target_framework"], "version": new["target_version"]}, "target_framework")
    target = _competence(other, new["target"], "target")
    if not change.id and Alignment.objects.filter(origin=origin, target=target).exists():
        raise _refused("target", _("These two are linked already. Export the table and change that row."))
    services.alignment_set(actor=actor, origin_id=origin.pk, target_id=target.pk, kind=new["kind"])


def target_apply(change: Change, actor: Any, paths: Sequence[str]) -> None:
    """Require a level in the draft of a profile."""
    _for_the_nation(paths, "competence")
    new = change.new
    if change.id and not set(change.fields) <= {"level", "weight"}:
        raise _refused("competence", _("Only level and weight of a row can be changed. Leave the id empty to add another row."))
    framework = _framework(new)
    competence = _competence(framework, new["competence"], "competence")
    if not EngineerType.objects.filter(pk=new["engineer_type"]).exists():
        raise _refused("engineer_type", _("There is nothing with this code."))
    if new["level"] is not None and not 0 <= new["level"] <= 5:
        raise _refused("level", _("A level lies between 0 and 5."))
    if not 0 <= new["weight"] <= 1:
        raise _refused("weight", _("A weight lies between 0 and 1."))
    profile = services.profile_draft(actor=actor, engineer_type=new["engineer_type"], framework_id=framework.pk, version=new["profile"])
    if not change.id and ProfileTarget.objects.filter(profile=profile, competence=competence).exists():
        raise _refused("competence", _("The profile has a row for this competence already. Export the table and change that row."))
    services.profile_target_set(actor=actor, profile_id=profile.pk, competence_id=competence.pk, level=new["level"], weight=new["weight"])


def lock(_ids: Collection[str]) -> None:
    """All frameworks: whoever publishes one takes it first too."""
    list(Framework.objects.select_for_update().order_by("pk").values_list("pk"))


def _asked(found: QuerySet[Any], ids: Collection[str] | None) -> Iterator[QuerySet[Any]]:
    if ids is None:
        yield found
        return
    keys = sorted(int(one) for one in ids if one.isascii() and one.isdecimal() and len(one) < 19)
    for start in range(0, len(keys), AT_ONCE):
        yield found.filter(pk__in=keys[start:start + AT_ONCE])


def _for_the_nation(paths: Sequence[str], column: str) -> None:
    if not covered(NATIONAL, paths):
        raise _refused(column, _("Frameworks are for the whole nation: only who edits them for all may bring this row in."))


def _framework(new: Values, column: str = "framework") -> Framework:
    found = Framework.objects.filter(code=new["framework"], version=new["version"]).first()
    if found is None:
        raise _refused(column, _("There is no framework with this code and version."))
    return found


def _competence(framework: Framework, code: str, column: str) -> Competence:
    found = framework.competences.filter(code=code).first()
    if found is None:
        raise _refused(column, _("There is no competence with this code in the framework."))
    return found


def _counted(number: int) -> int:
    if not 0 <= number < 2**31:
        raise _refused("sort", _("Write a number from 0 on."))
    return number


def _refused(column: str, sentence: str) -> DomainError:
    return DomainError("row_refused", sentence, fields={column: [sentence]})


register(Exchange("competences", gettext_lazy("Competences of drafts"), COMPETENCES, "framework.edit", "framework.edit", competence_rows,
                  competence_apply, lock, gettext_lazy("The items of frameworks that are not published yet: codes, titles, places.")))
register(Exchange("alignments", gettext_lazy("Links between frameworks"), ALIGNMENTS, "framework.edit", "framework.edit", alignment_rows,
                  alignment_apply, lock, gettext_lazy("Which competence of one framework is covered by which of another.")))
register(Exchange("profile-targets", gettext_lazy("Requirements of engineer types"), TARGETS, "framework.edit", "framework.edit",
                  target_rows, target_apply, lock, gettext_lazy("The level and the weight of each competence, by profile.")))
