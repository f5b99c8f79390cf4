"""Changing what an organisation is; closing and opening it."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.organisations.models import Organisation
from sheber.spine.trash import services as trash

from .guards import code_fits, not_stale, parent_fits

TEXTS: Final = ("name", "short_name", "city", "about")
PLAIN: Final = ("code", "kind", "country", "region_id", "sector_id", "employees")


@transaction.atomic
def organisation_edit(*, actor: audit.Actor, organisation_id: int, facts: Mapping[str, Any], edit_version: int | None,
                      reason: str = "") -> Organisation:
    """Change what an organisation is: any of ``TEXTS`` and ``PLAIN``. Saying the same again writes nothing.

    Raises ``DomainError``: ``stale``, ``unknown_field``, ``organisation_code_taken``, ``organisation_code_bad``,
    ``organisation_kind_root``, ``bad_organisation`` (detail ``fields``).
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    not_stale(organisation, edit_version)
    for name in facts:
        if name not in {*TEXTS, *PLAIN}:
            raise DomainError("unknown_field", _("An organisation has no field “%(name)s” that can be changed here.") % {"name": name},
                              field=name)
    wanted = {name: LocalisedText.of(value) if name in TEXTS else value or (None if name in {"region_id", "sector_id"} else value)
              for name, value in facts.items()}
    before = {name: getattr(organisation, name) for name in wanted}
    changed = [name for name in wanted if wanted[name] != before[name]]
    if not changed:
        return organisation
    if "code" in changed:
        code_fits(str(wanted["code"]), besides=organisation.pk)
    if "kind" in changed and "nation" in {wanted["kind"], organisation.kind}:
        raise DomainError("organisation_kind_root", _("Only the root of the tree is the nation, and it stays that."),
                          fields={"kind": [_("Only the root of the tree is the nation, and it stays that.")]})
    for name in changed:
        setattr(organisation, name, wanted[name])
    try:
        organisation.clean_fields(exclude=["path", "parent", "search_text"])
    except ValidationError as wrong:
        raise DomainError("bad_organisation", _("Some values do not fit. Nothing was changed."), fields=wrong.message_dict) from wrong
    organisation.edit_version += 1
    if "code" in changed:                      # pages that show a deleted organisation of that code are not pages of this one
        organisation.edit_version = trash.begun_after("organisations.organisation", organisation.code, first=organisation.edit_version)
    organisation.save(update_fields=[*changed, "edit_version"])
    audit.record(actor=actor, verb="organisation.changed", target=organisation, scope_path=organisation.path, reason=reason,
                 before={name: before[name] for name in changed},
                 after={**{name: wanted[name] for name in changed}, "name": organisation.name})
    return organisation


@transaction.atomic
def organisation_close(*, actor: audit.Actor, organisation_id: int, edit_version: int | None, reason: str) -> Organisation:
    """Close an organisation: nothing new begins there, what is recorded stays.

    Raises ``DomainError``: ``stale``, ``reason_missing``, ``organisation_root_stays``, ``organisation_closed_already``,
    ``organisation_open_below`` (detail ``number``).
    """
    if not reason.strip():
        sentence = _("Say why the organisation closes.")
        raise DomainError("reason_missing", sentence, fields={"reason": [sentence]})
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    not_stale(organisation, edit_version)
    if organisation.parent_id is None:
        raise DomainError("organisation_root_stays", _("The root of the tree does not close."))
    if not organisation.is_active:
        raise DomainError("organisation_closed_already", _("The organisation is closed already."))
    below = Organisation.objects.filter(path__startswith=organisation.path, is_active=True).exclude(pk=organisation.pk).count()
    if below:
        text = _("Open organisations stand below it: %(n)s. Close or move them first.")
        raise DomainError("organisation_open_below", text % {"n": below}, number=below)
    organisation.is_active, organisation.closed_on = False, timezone.localdate()
    organisation.edit_version += 1
    organisation.save(update_fields=["is_active", "closed_on", "edit_version"])
    audit.record(actor=actor, verb="organisation.closed", target=organisation, scope_path=organisation.path, reason=reason,
                 before={"is_active": True}, after={"is_active": False, "closed_on": organisation.closed_on, "name": organisation.name})
    return organisation


@transaction.atomic
def organisation_reopen(*, actor: audit.Actor, organisation_id: int, edit_version: int | None, reason: str = "") -> Organisation:
    """Open a closed organisation again. Raises ``DomainError``: ``stale``, ``organisation_open_already``, ``organisation_closed``
    when the one above is closed."""
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
    not_stale(organisation, edit_version)
    if organisation.is_active:
        raise DomainError("organisation_open_already", _("The organisation is open already."))
    parent_fits(organisation.parent)
    before = {"is_active": False, "closed_on": organisation.closed_on}
    organisation.is_active, organisation.closed_on = True, None
    organisation.edit_version += 1
    organisation.save(update_fields=["is_active", "closed_on", "edit_version"])
    audit.record(actor=actor, verb="organisation.reopened", target=organisation, scope_path=organisation.path, reason=reason,
                 before=before, after={"is_active": True, "closed_on": None, "name": organisation.name})
    return organisation
