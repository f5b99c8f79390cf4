"""An organisation entered by mistake: nothing refers to it, so it goes to the trash. What has a past is closed."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.organisations.models import Organisation
from sheber.spine.trash import services as trash
from sheber.spine.trash.registry import Returning

from .guards import not_stale, parent_fits


def going_with_organisation(organisation_id: int) -> Mapping[str, int]:
    """What would go into the trash. Raises DoesNotExist or ``DomainError("held")``: people, programmes or organisations are there."""
    return trash.going_with(Organisation.objects.get(pk=organisation_id))


@transaction.atomic
def organisation_delete(*, actor: audit.Actor, organisation_id: int, edit_version: int, reason: str = "") -> int:
    """Put an organisation to which nothing refers into the trash; returns the deletion.

    Raises DoesNotExist or ``DomainError``: ``stale``, ``organisation_root_stays``, ``held``.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    not_stale(organisation, edit_version)
    if organisation.parent_id is None:
        raise DomainError("organisation_root_stays", _("The root of the tree is not deleted."))
    audit.record(actor=actor, verb="organisation.deleted", target=organisation, scope_path=organisation.path, reason=reason,
                 before={"code": organisation.code, "name": organisation.name}, after={"name": organisation.name})
    with trash.putting(actor=actor, kind="organisations.organisation", target=organisation, title=organisation.name,
                       place=organisation.code, scope_path=organisation.path, reason=reason,
                       extra={"code": organisation.code, **trash.last_seen(organisation)}) as bag:
        bag.take(organisation)
    return bag.deletion_id


def organisation_is_back(what: Returning) -> None:
    """It hangs where its parent hangs now, and nothing open stands below what is closed."""
    organisation = Organisation.objects.select_related("parent").select_for_update(of=("self",)).get(pk=what.target_id)
    assert organisation.parent is not None, "the root is not deleted"
    if organisation.is_active:
        parent_fits(organisation.parent)
    path = f"{organisation.parent.path}{organisation.pk}/"
    Organisation.objects.filter(pk=organisation.pk).update(path=path)
    audit.record(actor=what.actor, verb="organisation.restored", target=organisation, scope_path=path, reason=what.reason,
                 after={"code": organisation.code, "name": organisation.name})
