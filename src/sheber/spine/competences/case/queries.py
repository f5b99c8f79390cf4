"""Published frameworks as CASE tells them."""

import datetime as dt
from typing import Any, Final

from django.utils import timezone

from ..models import Alignment, Competence, Framework, Publication
from .plan import CaseVersion
from .standing import competences_by_identifier, framework_with, plan_of
from .writing import Writer

RELEASES: Final[dict[str, CaseVersion]] = {"v1p0": "1.0", "v1p1": "1.1"}


def writer(framework: Framework, *, version: CaseVersion, server: str = "", language: str = "en") -> Writer:
    """What tells a framework; six queries. A draft is dated now, since it changes still."""
    moment = (framework.published_at or timezone.now()).astimezone(dt.UTC).replace(microsecond=0)
    return Writer(plan_of(framework), version=version, moment=moment.isoformat(), server=server, language=language)


def package(framework_id: int, *, version: CaseVersion, server: str = "", language: str = "en") -> dict[str, Any]:
    """A framework, a draft too, as a package."""
    return writer(Framework.objects.get(pk=framework_id), version=version, server=server, language=language).package()


def published(*, limit: int, offset: int) -> tuple[list[Framework], int]:
    """A part of the frameworks that may be shown, by code and version, and how many there are."""
    found = Framework.objects.exclude(status=Publication.DRAFT).order_by("code", "version")
    return list(found[offset:offset + limit]), found.count()


def of_document(identifier: str) -> Framework | None:
    """The framework of this document."""
    return framework_with(identifier.lower())


def of_item(identifier: str) -> Framework | None:
    """The framework in which this item stands."""
    key = competences_by_identifier([identifier.lower()]).get(identifier.lower())
    return Framework.objects.get(competences=key) if key is not None else None


def of_association(identifier: str) -> dict[str, Any] | None:
    """Whose package holds this association: found by working through the frameworks, as nobody asks for one alone."""
    for framework in Framework.objects.exclude(status=Publication.DRAFT).order_by("-status", "-pk"):
        told = writer(framework, version="1.1")
        found = next((one for one in told.associations() if one["identifier"] == identifier.lower()), None)
        if found is not None:
            return {"framework": framework, "place": told.associations().index(found)}
    return None


def counts(framework_id: int) -> dict[str, int]:
    """Items and links of a framework."""
    return {"items": Competence.objects.filter(framework_id=framework_id).count(),
            "links": Alignment.objects.filter(origin__framework_id=framework_id).count()}
