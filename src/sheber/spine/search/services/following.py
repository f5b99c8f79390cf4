"""The index follows every write of the models that kinds are made from, within the same transaction.

Django tells of rows that are saved and deleted one by one, and not of ``bulk_create``, ``bulk_update`` and ``update``. So the managers of
the watched models get query sets that tell of these too. Rows written past Django (the synthetic nation, a restore) are followed by
:func:`~sheber.spine.search.services.rebuild`.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db import models, transaction
from django.db.models.signals import post_delete, post_save, pre_delete

from sheber.kit.findable import Watch, changed, changed_rows, keys_of, kinds, refreshed_by, watched

from .indexing import refresh

_LEADS: Final = "_sheber_found_as"


def follow_writes() -> None:
    """Listen to the watched models. Called once, when all kinds are stated."""
    refreshed_by(refresh)
    for model in {watch.model for kind in kinds().values() for watch in kind.watch}:
        name = model._meta.label
        post_save.connect(_saved, sender=model, dispatch_uid=f"search:{name}")
        pre_delete.connect(_deleting, sender=model, dispatch_uid=f"search:{name}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"search:{name}")
        manager: Any = model._default_manager
        if not issubclass(manager._queryset_class, Telling):
            telling = type(f"Telling{manager._queryset_class.__name__}", (Telling, manager._queryset_class), {})
            # The class and not the instance: managers of related rows are made from it.
            manager.__class__ = type(type(manager).__name__, (type(manager),), {
                "_queryset_class": telling, "__module__": type(manager).__module__})


class Telling(models.QuerySet[Any]):
    """Tells of what it writes."""

    def bulk_create(self, objs: Iterable[Any], batch_size: int | None = None, ignore_conflicts: bool = False, *args: Any,
                    **kwargs: Any) -> list[Any]:
        with transaction.atomic(using=self.db, savepoint=False):
            rows = list(objs)
            # Where conflicts are ignored the database tells no numbers: the new rows are those after the last that was there.
            asked = ignore_conflicts and any(one.pk is None for one in rows)
            before = self.model._base_manager.aggregate(last=models.Max("pk"))["last"] if asked else None
            made = super().bulk_create(rows, batch_size, ignore_conflicts, *args, **kwargs)
            told = {one.pk for one in made if one.pk is not None}
            if len(told) < len(made):
                told |= set(self.model._base_manager.filter(**{} if before is None else {"pk__gt": before}).values_list("pk", flat=True))
            _changed(self.model, told)
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        rows, names = list(objs), list(fields)
        with transaction.atomic(using=self.db, savepoint=False):
            count = super().bulk_update(rows, names, *args, **kwargs)
            _changed(self.model, [one.pk for one in rows], names)
        return count

    def update(self, **kwargs: Any) -> int:
        leads = [pair for pair in watched(self.model) if _matters(pair[1], kwargs)]
        if not leads:
            return super().update(**kwargs)
        with transaction.atomic(using=self.db, savepoint=False):
            rows = list(self.order_by().values_list("pk", flat=True))
            before = [(kind, keys_of(watch, rows)) for kind, watch in leads]
            count = super().update(**kwargs)
            for (kind, old), (_kind, watch) in zip(before, leads, strict=True):
                changed(kind, old | keys_of(watch, rows))
        return count


def _saved(sender: type[models.Model], instance: models.Model, *, raw: bool = False, update_fields: Collection[str] | None = None,
           **_more: Any) -> None:
    if not raw:
        _changed(sender, [instance.pk], update_fields)


def _changed(model: type[models.Model], rows: Collection[Any], fields: Collection[str] | None = None) -> None:
    for kind, watch in watched(model):
        if rows and (fields is None or _matters(watch, fields)):
            changed_rows(kind, watch, rows)


def _deleting(sender: type[models.Model], instance: models.Model, **_more: Any) -> None:
    """What the row leads to is asked while it still stands."""
    setattr(instance, _LEADS, [(kind, keys_of(watch, [instance.pk])) for kind, watch in watched(sender)])


def _deleted(instance: models.Model, **_more: Any) -> None:
    for kind, keys in getattr(instance, _LEADS, ()):
        changed(kind, keys)


def _matters(watch: Watch, fields: Iterable[str]) -> bool:
    return any(name in watch.fields or name.removesuffix("_id") in watch.fields for name in fields)

