"""How much a house may keep. A house is what stands directly below the root of the tree: a university with all its departments."""

from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError

from ..models import StoredFile


def _organisations() -> Any:
    """The manager of organisations: they stand above this system, so they are reached by the key alone."""
    model: Any = StoredFile._meta.get_field("organisation").related_model
    return model._default_manager


def path_of(organisation_id: int) -> str:
    """Where an organisation stands."""
    path: str = _organisations().values_list("path", flat=True).get(pk=organisation_id)
    return path


def house_path(path: str) -> str:
    """``/1/4/`` of ``/1/4/9/``; the root is a house of its own.

    >>> house_path("/1/4/9/"), house_path("/1/")
    ('/1/4/', '/1/')
    """
    ids = [part for part in path.split("/") if part]
    return f"/{'/'.join(ids[:2])}/"


def used_bytes(house: str) -> int:
    """What the files of a house weigh, each as large as it is: that others have the same bytes makes none smaller. One query."""
    below = Q(organisation__path=house) if house.count("/") <= 2 else Q(organisation__path__startswith=house)
    return int(StoredFile.objects.filter(below).aggregate(total=Sum("blob__size"))["total"] or 0)


def fits_locked(organisation_id: int, size: int) -> str:
    """Hold the house until the transaction ends, and look whether ``size`` bytes more still fit; the path of the organisation.

    Raises ``DomainError("quota_full")`` (detail ``used``, ``limit``, bytes).
    """
    path = path_of(organisation_id)
    house = house_path(path)
    # Of two uploads at once the second counts what the first has brought. Keys that point at the row do not wait.
    _organisations().select_for_update(no_key=True).filter(path=house).values_list("pk").first()
    limit: int = settings.FILES_QUOTA_BYTES
    if limit and (used := used_bytes(house)) + size > limit:
        sentence = _("The files of your organisation have no room for it: %(used)s of %(limit)s MB are taken. Remove what is no longer "
                     "needed; it makes room after 30 days.")
        raise DomainError("quota_full", sentence % {"used": used >> 20, "limit": limit >> 20}, used=used, limit=limit)
    return path
