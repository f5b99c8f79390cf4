"""A draft that is not wanted any more."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from sheber.apps.programmes.models import Programme, ProgrammeVersion
from sheber.spine.audit import services as audit
from sheber.spine.trash import services as trash

from .guards import draft_locked, scope_of


@dataclass(frozen=True, slots=True)
class Deleted:
    """By which it comes back, and whether the programme, which had no other version, went too."""

    deletion_id: int
    with_programme: bool


def is_alone(version_id: int) -> bool:
    """Whether its programme has no other version."""
    return not ProgrammeVersion.objects.filter(programme__versions=version_id).exclude(pk=version_id).exists()


def going_with_version(version_id: int) -> Mapping[str, int]:
    """What would go into the trash, rows by model. Raises DoesNotExist or ``DomainError("held")``."""
    version = ProgrammeVersion.objects.get(pk=version_id)
    found = trash.going_with(version)
    return {**found, "programmes.programme": 1} if is_alone(version_id) else found


@transaction.atomic
def version_delete(*, version_id: int, actor: audit.Actor, edit_version: int, reason: str = "") -> Deleted:
    """Put a draft into the trash, with its courses and its matrix; with the programme when this was its only version.

    Raises DoesNotExist or DomainError: ``not_draft``, ``stale``, ``held`` (somebody is enrolled in it).
    """
    programme = Programme.objects.select_for_update().get(versions=version_id)       # so that nobody begins a version meanwhile
    version = draft_locked(version_id=version_id, edit_version=edit_version)
    alone = is_alone(version_id)
    extra = {"programme": programme.code, "programme_id": programme.pk, "version": version.version, "replaces_id": version.replaces_id,
             **trash.last_seen(version)}
    scope = scope_of(version)
    audit.record(actor=actor, verb="programme.version_deleted", target=version, scope_path=scope, reason=reason, before={
        "title": dict(programme.title)}, after={"code": programme.code, "version": version.version, "with_programme": alone})
    with trash.putting(actor=actor, kind="programmes.version", target=version, title=programme.title, scope_path=scope,
                       place=f"{programme.code} {version.version}", reason=reason, extra=extra) as bag:
        bag.take(version)
        if alone:
            bag.take(programme)
    return Deleted(bag.deletion_id, alone)
