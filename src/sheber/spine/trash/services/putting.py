"""Deleting so that it can be put back."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, cast

from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit.services import Actor
from sheber.spine.trash import registry
from sheber.spine.trash.models import DeletedRow, Deletion

from .snapshots import Snapshot, digest, encode, encoded, standing

KEPT_FOR: Final = dt.timedelta(days=30)


class _Everything(Collector):
    """Finds every row that goes, also those that the database could delete unseen."""

    def can_fast_delete(self, *_args: Any, **_kwargs: Any) -> bool:
        return False


class Bag:
    """What one deletion takes. ``deletion`` is there once it is closed."""

    def __init__(self) -> None:
        self.snapshot = Snapshot()
        self.watched: dict[tuple[type[models.Model], Any], dict[str, Any]] = {}
        self.deletion: Deletion | None = None

    @property
    def deletion_id(self) -> int:
        assert self.deletion is not None, "it is known when the bag is closed"
        return self.deletion.pk

    def take(self, *rows_taken: models.Model) -> None:
        """Delete rows of one model and what goes with them; references that are emptied are kept too.

        Raises ``DomainError("held")`` when something that must stay refers to one of them.
        """
        collector = _Everything(using=connection.alias, origin=rows_taken[0])
        try:
            collector.collect(list(rows_taken))
        except (ProtectedError, RestrictedError) as no:
            raise _held(no) from no
        number, taken = 0, set()
        for model, rows in collector.data.items():
            taken |= {(model, one.pk) for one in rows}
            if registry.is_derived(model._meta.label_lower):
                number += len(rows)
                continue
            _no_person(model)
            found = [encoded(one) for one in standing(model, [one.pk for one in rows], lock=True)]
            self.snapshot.tables.setdefault(model._meta.label_lower, []).extend(found)
            number += len(found)
        for (column, value), groups in collector.field_updates.items():
            rows_of = [one for group in groups for one in cast("Iterable[models.Model]", group)]
            keys = [one.pk for one in rows_of if (column.model, one.pk) not in taken]
            if registry.is_derived(column.model._meta.label_lower):
                continue
            for one in standing(column.model, keys, lock=True):
                self.snapshot.links.append((column.model._meta.label_lower, one.pk, column.attname,
                                            encode(column, getattr(one, column.attname)), encode(column, value)))
        deleted, _by = collector.delete()
        if deleted != number:
            raise RuntimeError(f"{deleted} rows were deleted and {number} kept: {rows_taken!r}")

    def watch(self, rows: Iterable[models.Model]) -> None:
        """Remember rows that are about to be changed, or deleted, because they name what is deleted."""
        for one in rows:
            self.watched[type(one), one.pk] = encoded(one)

    def close(self) -> None:
        """See what became of the rows that were watched."""
        for model in {model for model, _key in self.watched}:
            before = {key: row for (kind, key), row in self.watched.items() if kind is model}
            now = {one.pk: encoded(one) for one in standing(model, before)}
            for key, was in before.items():
                if key not in now:
                    self.snapshot.gone.setdefault(model._meta.label_lower, []).append(was)
                elif different := {name: (was[name], value) for name, value in now[key].items() if was[name] != value}:
                    self.snapshot.changed.append((model._meta.label_lower, key, different))
        if connection.vendor == "postgresql":
            try:                               # what another transaction hung on it meanwhile is told now, and not when all is over
                connection.check_constraints()
            except IntegrityError as no:
                raise DomainError("held_meanwhile", _("Somebody added something to it at this moment. Open the page again.")) from no


@contextmanager
def putting(*, actor: Actor, kind: str, target: models.Model, title: Mapping[str, str], scope_path: str, place: str = "",
            reason: str = "", extra: Mapping[str, Any] | None = None) -> Iterator[Bag]:
    """A bag; when the block ends, what it took lies in the trash. One transaction; the service that calls records its own verb.

    ``title`` and ``place`` are what people know it by. Raises what the block raises, and ``held_meanwhile``.
    """
    if registry.find(kind) is None:
        raise ValueError(f"{kind}: state it in the trash.py of its system")
    target_kind, target_id = target._meta.label_lower, str(target.pk)
    with transaction.atomic():
        bag = Bag()
        yield bag
        bag.close()
        text, now = bag.snapshot.written(), timezone.now()
        bag.deletion = Deletion.objects.create(
            kind=kind, target_kind=target_kind, target_id=target_id, title=LocalisedText.of(title), place=place[:200],
            scope_path=scope_path, counts={model: len(rows) for model, rows in bag.snapshot.tables.items()}, extra=dict(extra or {}),
            snapshot=text, digest=digest(text), reason=reason[:300], deleted_at=now, kept_until=now + KEPT_FOR,
            deleted_by_id=actor.pk if actor is not None and actor.is_authenticated else None)
        DeletedRow.objects.bulk_create(
            [DeletedRow(deletion=bag.deletion, model=model, key=str(row[_key_of(model)]))
             for model, rows in bag.snapshot.tables.items() for row in rows], batch_size=500)


def going_with(row: models.Model) -> dict[str, int]:
    """What :meth:`Bag.take` would delete, by model. Raises ``DomainError("held")``. Some queries for each table below it."""
    collector = _Everything(using=connection.alias, origin=row)
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError) as no:
        raise _held(no) from no
    return {model._meta.label_lower: len(rows) for model, rows in collector.data.items()}


def _key_of(label: str) -> str:
    from .snapshots import model_of

    key = model_of(label)._meta.pk
    assert key is not None
    return key.attname


def _held(no: ProtectedError | RestrictedError) -> DomainError:
    rows = no.protected_objects if isinstance(no, ProtectedError) else no.restricted_objects
    numbers: dict[str, int] = {}
    for one in rows:
        numbers[one._meta.label_lower] = numbers.get(one._meta.label_lower, 0) + 1
    told = [words for model, number in numbers.items() if (words := registry.in_words(model, number))]
    if told:
        return DomainError("held", _("It cannot be deleted while there is: %(what)s.") % {"what": "; ".join(told)}, held=numbers)
    return DomainError("held", _("It cannot be deleted: something else refers to it."), held=numbers)


def _no_person(model: type[models.Model]) -> None:
    """Persons are erased, never put into the trash: what belongs to one must not come back by an undo."""
    if model is get_user_model() or any(isinstance(one, models.EmailField) for one in model._meta.local_concrete_fields):
        raise TypeError(f"{model._meta.label} holds what identifies a person: it does not go into the trash")
