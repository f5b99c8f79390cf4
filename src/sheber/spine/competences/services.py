"""Publishing, revising and archiving frameworks. What is published does not change: the database refuses it too."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit

from .models import Competence, Framework, Publication

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
        audit.record(actor=actor, verb="competence.changed", target=competence, before=before, after={**after, "code": competence.code},
                     reason=reason)
    return competence
