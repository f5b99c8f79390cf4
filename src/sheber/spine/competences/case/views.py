"""CASE for other servers: published frameworks, read only. Refusals have the shape of the specification, ``imsx_StatusInfo``."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from ..models import Framework
from . import queries
from .plan import CaseVersion, is_identifier
from .writing import Writer

MOST: Final = 100
_View = Callable[..., HttpResponse]


def _told(view: _View) -> _View:
    """Gives the release as a version; an unknown one is not there."""

    @require_GET
    @wraps(view)
    def shown(request: HttpRequest, release: str, identifier: str = "") -> HttpResponse:
        version = queries.RELEASES.get(release)
        if version is None:
            return _refused("Unknown release: v1p0 and v1p1 are known", "unknownobject")
        if identifier and not is_identifier(identifier):
            return _refused("Invalid UUID", "invaliduuid")
        return view(request, version, identifier) if identifier else view(request, version)

    return shown


@_told
def documents(request: HttpRequest, version: CaseVersion) -> HttpResponse:
    """``CFDocuments``: ``limit`` (at most 100) and ``offset``; ``X-Total-Count`` says how many there are, ``Link`` where it goes on."""
    limit, offset = (_number(request.GET.get(name, ""), default) for name, default in (("limit", MOST), ("offset", 0)))
    limit = max(1, min(limit, MOST))
    found, total = queries.published(limit=limit, offset=offset)
    answer = _json({"CFDocuments": [_writer(request, one, version).document() for one in found]})
    answer["X-Total-Count"] = str(total)
    if offset + limit < total:
        answer["Link"] = f'<{request.build_absolute_uri(request.path)}?limit={limit}&offset={offset + limit}>; rel="next"'
    return answer


@_told
def document(request: HttpRequest, version: CaseVersion, identifier: str) -> HttpResponse:
    """``CFDocument``."""
    framework = queries.of_document(identifier)
    return _json(_writer(request, framework, version).document()) if framework else _refused("Unknown Object", "unknownobject")


@_told
def package(request: HttpRequest, version: CaseVersion, identifier: str) -> HttpResponse:
    """``CFPackage``: all of a framework."""
    framework = queries.of_document(identifier)
    return _json(_writer(request, framework, version).package()) if framework else _refused("Unknown Object", "unknownobject")


@_told
def item(request: HttpRequest, version: CaseVersion, identifier: str) -> HttpResponse:
    """``CFItem``."""
    framework = queries.of_item(identifier)
    if framework is None:
        return _refused("Unknown Object", "unknownobject")
    told = _writer(request, framework, version)
    return _json(told.item(told.by_id[identifier.lower()]))


@_told
def item_associations(request: HttpRequest, version: CaseVersion, identifier: str) -> HttpResponse:
    """``CFItem`` with the ``CFAssociations`` that begin or end at it."""
    framework = queries.of_item(identifier)
    if framework is None:
        return _refused("Unknown Object", "unknownobject")
    told = _writer(request, framework, version)
    ends = ("originNodeURI", "destinationNodeURI")
    links = [one for one in told.associations() if identifier.lower() in {one[end]["identifier"] for end in ends}]
    return _json({"CFItem": told.item(told.by_id[identifier.lower()]), "CFAssociations": links})


@_told
def association(request: HttpRequest, version: CaseVersion, identifier: str) -> HttpResponse:
    """``CFAssociation``."""
    found = queries.of_association(identifier)
    if found is None:
        return _refused("Unknown Object", "unknownobject")
    return _json(_writer(request, found["framework"], version).associations()[found["place"]])


def server_of(request: HttpRequest) -> str:
    """Address of this installation as the reader wrote it, without a slash at its end."""
    return request.build_absolute_uri(reverse("home")).rstrip("/")


def _writer(request: HttpRequest, framework: Framework, version: CaseVersion) -> Writer:
    return queries.writer(framework, version=version, server=server_of(request), language=(get_language() or "en")[:2])


def _json(found: Mapping[str, Any], status: int = 200) -> HttpResponse:
    return JsonResponse(found, status=status, json_dumps_params={"ensure_ascii": False})


def _refused(sentence: str, code: str) -> HttpResponse:
    """English, as the specification words it: it is for programs."""
    return _json({"imsx_codeMajor": "failure", "imsx_severity": "error", "imsx_description": sentence, "imsx_codeMinor": {
        "imsx_codeMinorField": [{"imsx_codeMinorFieldName": "sourcedId", "imsx_codeMinorFieldValue": code}]}}, 404)


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else default
