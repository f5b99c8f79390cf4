"""Changing the tree. The paths of a whole subtree are kept in step, in one statement."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.organisations.models import Organisation
from sheber.spine.trash import services as trash

from .guards import code_fits, not_stale, parent_fits

DEPTH_MAX = 8


@transaction.atomic
def organisation_create(*, actor: audit.Actor, code: str, kind: str, name: Mapping[str, str], parent_id: int | None,
                        short_name: Mapping[str, str] | None = None, reason: str = "", **fields: Any) -> Organisation:
    """Add a node below ``parent_id``. ``fields`` are further columns of :class:`Organisation`.

    Raises ``DomainError``: ``organisation_code_bad``, ``organisation_code_taken``, ``organisation_closed``,
    ``organisation_root_exists``, ``organisation_too_deep``, ``bad_organisation`` (detail ``fields``); ``DoesNotExist`` when there is no
    such parent.
    """
    parent = Organisation.objects.select_for_update().get(pk=parent_id) if parent_id is not None else None
    if parent is None and Organisation.objects.filter(parent__isnull=True).exists():
        raise DomainError("organisation_root_exists", _("The tree has its root already: choose the organisation above."))
    if parent is not None and parent.path.count("/") - 1 >= DEPTH_MAX:
        raise DomainError("organisation_too_deep", _("The tree has at most %(n)s levels.") % {"n": DEPTH_MAX}, depth_max=DEPTH_MAX)
    parent_fits(parent)
    code_fits(code)
    organisation = Organisation(code=code, kind=kind, name=LocalisedText.of(name), short_name=LocalisedText.of(short_name), parent=parent,
                                path=f"~{code}", edit_version=trash.begun_after("organisations.organisation", code), **fields)
    try:
        organisation.full_clean(exclude=["path", "parent"])
    except ValidationError as wrong:
        raise DomainError("bad_organisation", _("Some values do not fit. Nothing was changed."), fields=wrong.message_dict) from wrong
    organisation.save()
    organisation.path = f"{parent.path if parent else '/'}{organisation.pk}/"
    organisation.save(update_fields=["path"])
    audit.record(actor=actor, verb="organisation.created", target=organisation, scope_path=organisation.path, reason=reason,
                 after={"code": code, "kind": kind, "name": organisation.name, "parent": parent.code if parent else None})
    return organisation


@transaction.atomic
def organisation_rename(*, actor: audit.Actor, organisation_id: int, name: Mapping[str, str], short_name: Mapping[str, str] | None = None,
                        reason: str = "") -> Organisation:
    """Give another name; the short name stays when it is ``None``. Saying the same name again writes nothing."""
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    before = {"name": organisation.name, "short_name": organisation.short_name}
    organisation.name = LocalisedText.of(name)
    if short_name is not None:
        organisation.short_name = LocalisedText.of(short_name)
    after = {"name": organisation.name, "short_name": organisation.short_name}
    if after != before:
        organisation.full_clean(exclude=["path", "parent"])
        organisation.edit_version += 1
        organisation.save(update_fields=["name", "short_name", "edit_version"])
        audit.record(actor=actor, verb="organisation.renamed", target=organisation, before=before, after=after, reason=reason,
                     scope_path=organisation.path)
    return organisation


@transaction.atomic
def organisation_move(*, actor: audit.Actor, organisation_id: int, parent_id: int, reason: str,
                      edit_version: int | None = None) -> Organisation:
    """Hang a node with all below it under another one.

    Who holds a role above gains or loses what lies below, so a reason is asked for. Raises ``DomainError``:
    ``organisation_move_into_itself``, ``organisation_root_stays``, ``organisation_too_deep``, ``organisation_closed``,
    ``reason_missing``, ``stale``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the organisation moves."), fields={"reason": [_("Say why the organisation moves.")]})
    # The whole tree is locked: two moves at the same time could hang two nodes under each other.
    nodes = {node.pk: node for node in Organisation.objects.select_for_update().order_by("pk")}
    if organisation_id not in nodes or parent_id not in nodes:
        raise Organisation.DoesNotExist
    organisation, parent = nodes[organisation_id], nodes[parent_id]
    if organisation.parent_id is None:
        raise DomainError("organisation_root_stays", _("The root of the tree does not move."))
    if parent.path.startswith(organisation.path):
        raise DomainError("organisation_move_into_itself", _("An organisation cannot lie below itself."))
    not_stale(organisation, edit_version)
    if organisation.parent_id == parent_id:
        return organisation
    if organisation.is_active:
        parent_fits(parent)
    old_path, new_path = organisation.path, f"{parent.path}{organisation.pk}/"
    height = max(node.path.count("/") for node in nodes.values() if node.path.startswith(old_path)) - old_path.count("/")
    if new_path.count("/") - 1 + height > DEPTH_MAX:
        raise DomainError("organisation_too_deep", _("The tree has at most %(n)s levels.") % {"n": DEPTH_MAX}, depth_max=DEPTH_MAX)
    before = {"parent": nodes[organisation.parent_id].code, "path": old_path}
    organisation.parent, organisation.path = parent, new_path
    organisation.edit_version += 1
    organisation.save(update_fields=["parent", "edit_version"])
    rest = Substr(F("path"), len(old_path) + 1, Length(F("path")))
    Organisation.objects.filter(path__startswith=old_path).update(path=Concat(Value(new_path), rest, output_field=CharField()))
    trash.scope_moved(old_path=old_path, new_path=new_path)
    audit.record(actor=actor, verb="organisation.moved", target=organisation, before=before, scope_path=new_path, reason=reason,
                 after={"parent": parent.code, "path": new_path, "name": organisation.name})
    return organisation
