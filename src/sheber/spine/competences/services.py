"""Publishing, revising and archiving frameworks. What is published does not change: the database refuses it too."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.access import NATIONAL
from sheber.kit.editing import not_stale
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.trash import services as trash
from sheber.spine.trash.registry import Returning

from .models import Alignment, CaseFramework, CaseItem, Competence, Framework, Profile, ProfileTarget, Publication

EDITABLE = ("title", "short_title", "meaning", "stage", "kind", "is_extension", "sort")
_TEXTS = {"title", "short_title", "meaning"}


@transaction.atomic
def framework_publish(*, actor: audit.Actor, framework_id: int, reason: str = "") -> Framework:
    """Put a draft in force; the version it replaces goes to the archive.

    Raises ``DomainError``: ``framework_not_draft``, ``framework_empty``.
    """
    framework = Framework.objects.select_for_update().get(pk=framework_id)
    if framework.status != Publication.DRAFT:
        raise DomainError("framework_not_draft", _("Only a draft can be published."), status=framework.status)
    if not framework.competences.exists():
        raise DomainError("framework_empty", _("A framework without competences cannot be published."))
    framework.status, framework.published_at = Publication.PUBLISHED, timezone.now()
    framework.save(update_fields=["status", "published_at"])
    audit.record(actor=actor, verb="framework.published", target=framework, reason=reason, before={"status": "draft"},
                 after={"status": "published", "code": framework.code, "version": framework.version})
    if framework.replaces_id is not None and framework.replaces is not None and framework.replaces.status == Publication.PUBLISHED:
        framework_archive(actor=actor, framework_id=framework.replaces_id, reason=reason)
    return framework


@transaction.atomic
def framework_archive(*, actor: audit.Actor, framework_id: int, reason: str = "") -> Framework:
    """Take a published framework out of force; what refers to it still finds it. Raises ``DomainError("framework_not_published")``."""
    framework = Framework.objects.select_for_update().get(pk=framework_id)
    if framework.status != Publication.PUBLISHED:
        raise DomainError("framework_not_published", _("Only a published framework can be archived."), status=framework.status)
    framework.status = Publication.ARCHIVED
    framework.save(update_fields=["status"])
    audit.record(actor=actor, verb="framework.archived", target=framework, reason=reason, before={"status": "published"},
                 after={"status": "archived", "code": framework.code, "version": framework.version})
    return framework


@transaction.atomic
def framework_revise(*, actor: audit.Actor, framework_id: int, version: str, reason: str = "") -> Framework:
    """Begin a new version: a draft with a copy of every competence, which will replace this one.

    Raises ``DomainError``: ``framework_is_draft``, ``framework_version_taken``, ``framework_revised_already``.
    """
    old = Framework.objects.select_for_update().get(pk=framework_id)
    if old.status == Publication.DRAFT:
        raise DomainError("framework_is_draft", _("This framework is a draft: change it as it is."))
    if Framework.objects.filter(code=old.code, version=version).exists():
        raise DomainError("framework_version_taken", _("There is a version %(version)s already.") % {"version": version}, version=version)
    if Framework.objects.filter(replaces=old).exists():
        raise DomainError("framework_revised_already", _("A newer version of this framework was begun already."))
    new = Framework.objects.create(
        edit_version=trash.begun_after("competences.framework", f"{old.code} {version}"),
        code=old.code, version=version, title=old.title, publisher=old.publisher, note=old.note, replaces=old,
        translation_origin=old.translation_origin, status_of_fact=old.status_of_fact, sources=old.sources)
    copied: dict[int, Competence] = {}
    for depth in sorted(set(old.competences.values_list("depth", flat=True))):
        level = list(old.competences.filter(depth=depth))
        copies = [Competence(framework=new, parent=copied[one.parent_id] if one.parent_id else None,
                             **{field.attname: getattr(one, field.attname) for field in Competence._meta.concrete_fields
                                if field.name not in {"id", "framework", "parent"}}) for one in level]
        Competence.objects.bulk_create(copies)
        copied |= {one.pk: copy for one, copy in zip(level, copies, strict=True)}
    audit.record(actor=actor, verb="framework.revised", target=new, reason=reason, before={"version": old.version},
                 after={"code": new.code, "version": version, "count": len(copied)})
    return new


@transaction.atomic
def competence_update(*, actor: audit.Actor, competence_id: int, reason: str = "", **changes: Any) -> Competence:
    """Change a competence of a draft. ``changes`` are columns of ``EDITABLE``; saying the same again writes nothing.

    Raises ``DomainError("framework_published")``, ``TypeError`` for another column, ``ValidationError`` for a wrong value.
    """
    if unknown := set(changes) - set(EDITABLE):
        raise TypeError(f"not a column that can be changed: {', '.join(sorted(unknown))}")
    # The framework is locked, so that it is not published between the look and the change.
    framework = Framework.objects.select_for_update().get(competences=competence_id)
    if framework.status != Publication.DRAFT:
        raise DomainError("framework_published", _("A published framework does not change: begin a new version."), status=framework.status)
    competence = Competence.objects.get(pk=competence_id)
    wanted = {name: LocalisedText.of(value) if name in _TEXTS and isinstance(value, Mapping) else value for name, value in changes.items()}
    before = {name: getattr(competence, name) for name in wanted if getattr(competence, name) != wanted[name]}
    if before:
        after = {name: wanted[name] for name in before}
        for name, value in after.items():
            setattr(competence, name, value)
        competence.full_clean()
        competence.save(update_fields=list(after))
        _count(framework)
        audit.record(actor=actor, verb="competence.changed", target=competence, before=before, after={**after, "code": competence.code},
                     reason=reason)
    return competence


def _levels(framework: Framework) -> list[list[Competence]]:
    """Competences, the deepest first: each level refers only to those after it."""
    rows = list(framework.competences.all())
    return [[one for one in rows if one.depth == depth] for depth in sorted({one.depth for one in rows}, reverse=True)]


def _refuse_unless_draft(framework: Framework) -> None:
    if framework.status != Publication.DRAFT:
        raise DomainError("framework_published", _("A published framework is not deleted: it is archived."), status=framework.status)


def going_with_framework(framework_id: int) -> Mapping[str, int]:
    """What would go into the trash, rows by model. Raises DoesNotExist or ``DomainError("framework_published")``."""
    framework = Framework.objects.get(pk=framework_id)
    _refuse_unless_draft(framework)
    below = framework.competences.values("pk")
    return {"competences.framework": 1, "competences.competence": below.count(),
            "competences.alignment": Alignment.objects.filter(Q(origin__in=below) | Q(target__in=below)).count()}


@transaction.atomic
def framework_delete(*, actor: audit.Actor, framework_id: int, reason: str = "", edit_version: int | None = None) -> int:
    """Put a draft with its competences and their correspondences into the trash; returns the deletion.

    Raises DoesNotExist or ``DomainError``: ``framework_published``, ``stale``, ``held`` (a programme or a profile is made of it).
    """
    framework = Framework.objects.select_for_update().get(pk=framework_id)
    _refuse_unless_draft(framework)
    not_stale(edit_version, framework.edit_version)
    told = {"code": framework.code, "version": framework.version}
    audit.record(actor=actor, verb="framework.deleted", target=framework, reason=reason, before={"title": dict(framework.title)},
                 after=told)
    with trash.putting(actor=actor, kind="competences.framework", target=framework, title=framework.title, scope_path=NATIONAL,
                       place=f"{framework.code} {framework.version}", reason=reason, extra={**told, **trash.last_seen(framework)}) as bag:
        below = framework.competences.values("pk")
        alignments = list(Alignment.objects.filter(Q(origin__in=below) | Q(target__in=below)))
        if alignments:
            bag.take(*alignments)
        kept = [*CaseItem.objects.filter(competence__in=below), *CaseFramework.objects.filter(framework=framework)]
        if kept:
            bag.take(*kept)
        for level in _levels(framework):
            bag.take(*level)
        bag.take(framework)
    return bag.deletion_id


def framework_is_back(what: Returning) -> None:
    """Its history says so."""
    audit.record(actor=what.actor, verb="framework.restored", target=("competences.framework", what.target_id), reason=what.reason,
                 after=dict(what.extra))


@transaction.atomic
def competence_add(*, actor: audit.Actor, framework_id: int, code: str, parent_id: int | None = None, sort: int | None = None,
                   **facts: Any) -> Competence:
    """Add a competence to a draft, at the end unless ``sort`` is given. ``facts`` are columns of ``EDITABLE``.

    Raises ``DomainError("framework_published")``, ``ValidationError``: the code is taken, or no title in any language.
    """
    framework = Framework.objects.select_for_update().get(pk=framework_id)
    _refuse_published(framework)
    if unknown := set(facts) - set(EDITABLE):
        raise TypeError(f"not a column that can be given: {', '.join(sorted(unknown))}")
    parent = Competence.objects.get(pk=parent_id, framework=framework) if parent_id is not None else None
    last = framework.competences.order_by("-sort").values_list("sort", flat=True).first() or 0
    competence = Competence(framework=framework, code=code, parent=parent, depth=parent.depth + 1 if parent else 1,
                            sort=last + 1 if sort is None else sort, **facts)
    competence.full_clean()
    competence.save(force_insert=True)
    _count(framework)
    audit.record(actor=actor, verb="competence.added", target=competence, after={"code": code, "parent": parent.code if parent else "",
                                                                                "framework": framework.code, **facts})
    return competence


@transaction.atomic
def competence_move(*, actor: audit.Actor, competence_id: int, parent_id: int | None, code: str) -> Competence:
    """Put a competence of a draft, with all below it, below another one, or give it another code.

    Raises ``DomainError``: ``framework_published``, ``below_itself``; ``ValidationError``: the code is taken.
    """
    framework = Framework.objects.select_for_update().get(competences=competence_id)
    _refuse_published(framework)
    rows = {row.pk: row for row in framework.competences.all()}
    competence, parent = rows[competence_id], rows[parent_id] if parent_id is not None else None
    above: Competence | None = parent
    while above is not None:
        if above.pk == competence_id:
            raise DomainError("below_itself", _("A competence cannot stand below itself."))
        above = rows.get(above.parent_id or 0)
    before = {"code": competence.code, "parent": rows[competence.parent_id].code if competence.parent_id else ""}
    competence.code, competence.parent = code, parent
    competence.full_clean()
    competence.depth = parent.depth + 1 if parent else 1
    moved, waiting = [competence], [competence]
    while waiting:
        one = waiting.pop()
        for child in (row for row in rows.values() if row.parent_id == one.pk):
            child.depth = one.depth + 1
            moved.append(child)
            waiting.append(child)
    Competence.objects.bulk_update(moved, ["code", "parent", "depth"], batch_size=200)
    _count(framework)
    audit.record(actor=actor, verb="competence.moved", target=competence, before=before,
                 after={"code": code, "parent": parent.code if parent else ""})
    return competence


@transaction.atomic
def alignment_set(*, actor: audit.Actor, origin_id: int, target_id: int, kind: str) -> Alignment:
    """State how one competence relates to another, or state it anew. Saying the same again writes nothing.

    Raises ``ValidationError``: no such kind, or a competence to itself.
    """
    standing = Alignment.objects.select_for_update().filter(origin_id=origin_id, target_id=target_id).first()
    if standing is not None and standing.kind == kind:
        return standing
    before = {"kind": standing.kind} if standing else {}
    row = standing or Alignment(origin_id=origin_id, target_id=target_id)
    row.kind = kind
    row.full_clean()
    row.save()
    for draft in {row.origin.framework, row.target.framework}:
        _count(draft)
    audit.record(actor=actor, verb="alignment.set", target=row, before=before,
                 after={"kind": kind, "origin": row.origin.code, "target": row.target.code})
    return row


@transaction.atomic
def profile_target_set(*, actor: audit.Actor, profile_id: int, competence_id: int, level: float | None, weight: float) -> ProfileTarget:
    """Require a level of one competence in the draft of a profile.

    Raises ``DomainError("profile_published")``, ``ValidationError``: level not 0-5, weight not 0-1.
    """
    profile = Profile.objects.select_for_update().get(pk=profile_id)
    if profile.status != Publication.DRAFT:
        raise DomainError("profile_published", _("A profile in force does not change: write its rows with a new version."))
    standing = ProfileTarget.objects.filter(profile=profile, competence_id=competence_id).first()
    before = {"level": standing.level, "weight": standing.weight} if standing else {}
    row = standing or ProfileTarget(profile=profile, competence_id=competence_id)
    row.level, row.weight = level, weight
    row.full_clean()
    row.save()
    audit.record(actor=actor, verb="profile.target_set", target=profile, before=before,
                 after={"competence": row.competence.code, "level": level, "weight": weight, "version": profile.version})
    return row


@transaction.atomic
def profile_draft(*, actor: audit.Actor, engineer_type: str, framework_id: int, version: str) -> Profile:
    """The draft of a profile of an engineer type in this version, begun when there is none.

    Raises ``DomainError("profile_published")``, ``ValidationError``.
    """
    found = Profile.objects.select_for_update().filter(engineer_type_id=engineer_type, occupation=None, version=version)
    standing = found.order_by("pk").first()        # the usual order joins what may be empty, which PostgreSQL does not lock
    if standing is not None and (standing.status != Publication.DRAFT or standing.framework_id != framework_id):
        raise DomainError("profile_published", _("A profile in force does not change: write its rows with a new version."))
    if standing is not None:
        return standing
    row = Profile(kind=Profile.Kind.ENGINEER_TYPE, engineer_type_id=engineer_type, framework_id=framework_id, version=version)
    row.full_clean()
    row.save()
    audit.record(actor=actor, verb="profile.begun", target=row, after={"engineer_type": engineer_type, "version": version})
    return row


def _count(framework: Framework) -> None:
    """A draft was changed: whoever looked at it before has looked at something else."""
    Framework.objects.filter(pk=framework.pk, status=Publication.DRAFT).update(edit_version=F("edit_version") + 1)


def _refuse_published(framework: Framework) -> None:
    if framework.status != Publication.DRAFT:
        raise DomainError("framework_published", _("A published framework does not change: begin a new version."), status=framework.status)
