"""Putting back what was deleted, with its links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.trash import registry
from sheber.spine.trash.models import DeletedRow, Deletion
from sheber.spine.trash.registry import Returning

from .snapshots import Snapshot, columns, decode, digest, encode, insert, model_of, read, standing, too_old

Rows = dict[type[models.Model], list[models.Model]]


@dataclass(frozen=True, slots=True)
class Restored:
    """``left``: links that somebody changed meanwhile and that stay as they are now. ``address``: where it can be opened."""

    deletion_id: int
    title: LocalisedText
    place: str
    left: int
    address: str


@transaction.atomic
def restore(*, actor: audit.Actor, deletion_id: int, reason: str = "") -> Restored:
    """Put it back as it was, with the same keys; links to it come back where nothing else was put in their place.

    Raises DoesNotExist or ``DomainError``: ``restored_already``, ``too_old``, ``damaged``, ``parent_in_trash`` (detail ``first``: the
    deletion to put back before), ``parent_gone``, ``place_taken``, and what the system refuses.
    """
    row = Deletion.objects.select_for_update(of=("self",)).get(pk=deletion_id)
    if row.restored_at is not None:
        raise DomainError("restored_already", _("It was put back already."))
    if digest(row.snapshot) != row.digest:
        raise DomainError("damaged", _("What was kept of it has been changed, so it is not put back. Ask your operator."))
    kind = registry.find(row.kind)
    if kind is None:
        raise too_old()
    snapshot = read(row.snapshot)
    returning = Returning(actor, row.target_id, row.extra, reason)
    if kind.before is not None:
        kind.before(returning)
    rows = _built(snapshot.tables)
    returning.left += _parents(rows)
    try:
        with transaction.atomic():
            for model in reversed(rows):
                insert(model, rows[model])
            returning.left += _linked(snapshot)
            if connection.vendor == "postgresql":
                connection.check_constraints()
    except IntegrityError as no:
        raise _taken(rows) from no
    if kind.after is not None:
        kind.after(returning)
    row.snapshot, row.restored_at = "", timezone.now()
    row.restored_by_id = actor.pk if actor is not None and actor.is_authenticated else None
    row.save(update_fields=["snapshot", "restored_at", "restored_by"])
    DeletedRow.objects.filter(deletion=row).delete()
    audit.record(actor=actor, verb="trash.restored", target=(row.target_kind, row.target_id), scope_path=row.scope_path, reason=reason,
                 after={"kind": row.kind, "title": dict(row.title), "place": row.place, "rows": sum(row.counts.values()),
                        "links_left": returning.left, "deletion": row.pk})
    address = kind.address(row.extra) if kind.address is not None else ""
    return Restored(row.pk, LocalisedText.of(row.title), row.place, returning.left, address)


def _built(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Rows:
    """Rows of today's tables: a column that is new has its default, one that is gone is left out."""
    found: Rows = {}
    for label, rows in tables.items():
        model = model_of(label)
        fields = {one.attname: one for one in columns(model)}
        found[model] = [model(**{name: decode(fields[name], value) for name, value in row.items() if name in fields}) for row in rows]
        required = [name for name, one in fields.items() if not one.null]
        if any(getattr(one, name) is None for one in found[model] for name in required):
            raise too_old()
    return found


def _parents(rows: Rows) -> int:
    """See that everything the rows refer to is there. A reference that may be empty, and whose row is gone, is emptied; how many."""
    emptied = 0
    for model, instances in rows.items():
        for one in columns(model):
            if not one.is_relation or one.remote_field is None:
                continue
            remote, key = one.remote_field.model, one.target_field.attname
            inside = {getattr(row, key) for row in rows.get(remote, ())}
            wanted = {value for row in instances if (value := getattr(row, one.attname)) is not None} - inside
            missing = wanted - _existing(remote, key, wanted)
            if not missing:
                continue
            if not (one.null and one.remote_field.on_delete is models.SET_NULL):
                raise _without_parent(remote, missing)
            for row in instances:
                if getattr(row, one.attname) in missing:
                    setattr(row, one.attname, None)
                    emptied += 1
    return emptied


def _existing(model: type[models.Model], key: str, wanted: Iterable[Any]) -> set[Any]:
    values, found = sorted(wanted), set()
    for start in range(0, len(values), 500):
        found |= set(model._base_manager.filter(**{f"{key}__in": values[start:start + 500]}).values_list(key, flat=True))
    return found


def _without_parent(model: type[models.Model], missing: Iterable[Any]) -> DomainError:
    above = Deletion.objects.filter(rows__model=model._meta.label_lower, rows__key__in=[str(key) for key in missing],
                                    restored_at__isnull=True).order_by("-pk").first()
    if above is None:
        return DomainError("parent_gone", _("What it belonged to is no longer there, so it cannot come back."))
    return DomainError("parent_in_trash", _("It belongs to “%(title)s”, which was deleted too. Put that back first.") % {
        "title": f"{above.title} {above.place}".strip()}, first=above.pk)


def _linked(snapshot: Snapshot) -> int:
    """References and rows that named it, where they still are as the deletion left them; returns how many are not."""
    left = 0
    changes: dict[str, dict[Any, dict[str, Sequence[Any]]]] = {}
    for label, key, column, was, now in snapshot.links:
        changes.setdefault(label, {}).setdefault(key, {})[column] = (was, now)
    for label, key, different in snapshot.changed:
        changes.setdefault(label, {}).setdefault(key, {}).update(different)
    for label, by_key in changes.items():
        model = model_of(label)
        fields = {one.attname: one for one in columns(model)}
        rows = {one.pk: one for one in standing(model, by_key, lock=True)}
        for key, different in by_key.items():
            one = rows.get(key)
            same = [name for name, (_was, now) in different.items()
                    if one is not None and name in fields and encode(fields[name], getattr(one, name)) == now]
            left += len(different) - len(same)
            if one is not None and same:
                model._base_manager.filter(pk=key).update(**{name: decode(fields[name], different[name][0]) for name in same})
    return left + _beside(snapshot)


def _beside(snapshot: Snapshot) -> int:
    """Rows that were deleted because they named it; those that have nothing to stand on any more are left out, and counted."""
    left = 0
    for model, rows in _built(snapshot.gone).items():
        kept = []
        for row in rows:
            try:
                _parents({model: [row]})
            except DomainError:
                left += 1
            else:
                kept.append(row)
        insert(model, kept)
    return left


def _taken(rows: Rows) -> DomainError:
    """Which row of today stands where one of these was."""
    for model in reversed(rows):
        by_name = {one.name: one.attname for one in columns(model)}
        keys: list[tuple[str, ...]] = [(one.attname,) for one in columns(model) if one.unique]
        keys += [tuple(by_name[name] for name in one.fields) for one in model._meta.total_unique_constraints]
        for row in rows[model]:
            for names in keys:
                same = {name: getattr(row, name) for name in names}
                if None not in same.values() and (other := model._base_manager.filter(**same).first()) is not None:
                    return DomainError("place_taken", _("“%(other)s” stands in its place now. Rename that or delete it first.") % {
                        "other": other}, model=model._meta.label_lower, key=str(other.pk), columns=list(names))
    return DomainError("does_not_fit_now", _("It no longer fits what is there now, so it cannot come back."))
