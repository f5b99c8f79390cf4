"""The API, ``/api/v1/``: all that the pages do, described by OpenAPI 3.1, with documentation that needs no network.

Who asks is known by the session cookie, and a change needs the CSRF token then; or by a scoped token, which
needs none. Every refusal has one shape (:class:`sheber.kit.api.Problem`).
What an operation may do is stated in ``access.py`` of its system, as for pages.
"""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Swagger
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import SessionAuth
from ninja.utils import check_csrf

import sheber.kit.converters  # noqa: F401 - makes {key:…} known
from sheber.apps.programmes import api as programmes
from sheber.kit.api import Problem
from sheber.kit.errors import DomainError
from sheber.kit.http import refused
from sheber.kit.localised import LANGUAGES
from sheber.spine.audit import api as audit
from sheber.spine.competences import api as competences
from sheber.spine.evidence import api as evidence
from sheber.spine.exchange import api as exchange
from sheber.spine.exports import api as exports
from sheber.spine.files import api as files
from sheber.spine.integrations import api as integrations
from sheber.spine.integrations.middleware import TOKEN
from sheber.spine.jobs import api as jobs
from sheber.spine.notices import api as notices
from sheber.spine.organisations import api as organisations
from sheber.spine.people import api as people
from sheber.spine.privacy import api as privacy
from sheber.spine.search import api as search
from sheber.spine.trash import api as trash

BAD_INPUT: Final = frozenset({
    "bad_cell", "bad_character", "bad_course", "bad_facts", "bad_file",
    "bad_organisation", "bad_person", "bad_level", "bad_outcome", "bad_programme", "bad_requisite", "bad_version",
    "bad_narrowing", "does_not_fit", "export_unknown",
    "evidence_in_future", "evidence_level_range", "evidence_no_source", "evidence_not_published",
    "evidence_one_assessor", "evidence_refers_to_nothing", "evidence_setting_unknown", "facts_missing", "file_problems",
    "bad_url", "events_missing", "expiry_range", "name_missing", "range_backwards", "invitation_lines", "organisation_code_bad",
    "reason_missing", "role_dates_backwards", "role_end_missing",
    "role_end_too_late", "role_unknown", "too_many_at_once", "too_many_to_compare",
    "unknown_course", "unknown_degree", "unknown_engineer_type", "unknown_event", "unknown_field",
    "unknown_item", "unknown_items", "unknown_language", "unknown_method", "unknown_notice_type", "unknown_organisation",
    "unknown_rhythm", "unknown_time_zone"})
"""Codes of refusals that only another input can mend: 422. The rest depend on how things stand: 409."""

DESCRIPTION: Final = """\
All that the pages of Sheber do. A program sends `Authorization: Bearer shb_…` with a token made under “API and webhooks”; in a browser
the session counts, and a change needs the header `X-CSRFToken`. A change with an `Idempotency-Key` is made once however often it is
sent. A list is asked for in parts by `limit` and `offset`; `next` leads on. Levels are 0 to 5 on the proficiency scale; *not assessed*
is `null`, never zero. A change of a version sends the `edit_version` that was read; 409 `stale` says that somebody saved since.
"""


def is_expected(content_type: str) -> bool:
    """Whether a body of this kind is read: JSON by its name, or a form with files."""
    kind = content_type.lower()
    return kind in {"application/json", "multipart/form-data"} or (kind.startswith("application/") and kind.endswith("+json"))


class Session(SessionAuth):
    """Whoever is signed in. The language of the answer and characters no database keeps are looked at here, before anything else."""

    def __call__(self, request: HttpRequest) -> Any:
        language = request.GET.get("language")
        if language is not None:
            if language not in LANGUAGES:
                raise DomainError("unknown_language", _("The language is kk, ru or en."), languages=list(LANGUAGES))
            translation.activate(language)
        if any("\x00" in text for values in request.GET.lists() for text in (values[0], *values[1])):
            raise DomainError("bad_character", _("The address holds a character that no text holds."))
        by_token = getattr(request, TOKEN, None) is not None      # no browser adds it by itself, so nothing can be forged across sites
        if not by_token and request.method not in {"GET", "HEAD", "OPTIONS"} and check_csrf(request) is not None:
            refused(request, "csrf")
            raise AuthorizationError
        if request.META.get("CONTENT_LENGTH") not in {None, "", "0"} and not is_expected(request.content_type or ""):
            raise HttpError(415, _("The body is JSON, or a form with files. Nothing was changed."))
        return self.authenticate(request, None)


class Renderer(JSONRenderer):
    """Letters as they are: Kazakh and Russian take two bytes then, and not six."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Docs(Swagger):
    """The documentation in our frame; Swagger's files come with the package that makes the API."""

    template = "site/api_docs.html"


class SheberAPI(NinjaAPI):
    """Adds to the description what every operation has in common."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> Any:
        asked = (path_prefix, tuple(sorted((path_params or {}).items())), translation.get_language())
        if asked not in self._described:                                  # made of the code alone, so once for each process and language
            self._described[asked] = self._describe(path_prefix, path_params)
        return self._described[asked]

    @cached_property
    def _described(self) -> dict[tuple[Any, ...], Any]:
        return {}

    def _describe(self, path_prefix: str | None, path_params: dict[str, Any] | None) -> Any:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"]["Problem"] = shape
        schema["components"]["securitySchemes"]["Token"] = {"type": "http", "scheme": "bearer", "bearerFormat": "shb_…"}
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
        return schema


_COMMON: Final = {401: "Not signed in, or the token is not in force", 403: "The roles of the reader, or the scopes of the token, forbid it",
                  404: "There is no such thing", 422: "Values are not as expected",
                  429: "Too many requests; Retry-After says when to try again",
                  503: "Closed for maintenance, or the database does not answer; Retry-After says when to try again"}
_UNSAFE: Final = {400: "The request cannot be read", 409: "As things stand it cannot be done, or the same request is being worked on",
                  413: "The request is too large", 507: "The server has no room left to write", 415: "The body is of an unexpected kind"}
_ONCE: Final[dict[str, Any]] = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Of your choosing, new for each change. A repetition within 24 hours gets the first answer again, with the header "
                   "`Idempotency-Replayed: true`; the same key with another request is refused with 422 `idempotency_key_reused`."}


def _complete(method: str, operation: dict[str, Any]) -> None:
    language = {"name": "language", "in": "query", "required": False, "schema": {"type": "string", "enum": list(LANGUAGES)},
                "description": "Language of sentences in the answer; otherwise that of the header Accept-Language or the cookie."}
    unsafe = method != "get"
    operation["parameters"] = [*operation.get("parameters", ()), language, *([_ONCE] if unsafe else [])]
    if operation.get("security"):
        operation["security"] = [*operation["security"], {"Token": []}]
    answers = operation["responses"]
    for status, description in {**_COMMON, **(_UNSAFE if unsafe else {})}.items():
        if status not in answers or status != 409:
            answers[status] = {"description": description,
                               "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    operation["responses"] = {str(status): answers[status] for status in sorted(answers, key=int)}


def _problem(api: NinjaAPI, request: HttpRequest, status: int, code: str, message: str,
             detail: Mapping[str, Any] | None = None) -> HttpResponse:
    return api.create_response(request, {"code": code, "message": message, "detail": dict(detail or {})}, status=status)


def _handlers(api: NinjaAPI) -> None:
    """One for each kind of refusal."""

    @api.exception_handler(DomainError)
    def domain_says_no(request: HttpRequest, no: DomainError) -> HttpResponse:
        status = 422 if no.code in BAD_INPUT else 507 if no.code == "store_full" else 409
        return _problem(api, request, status, no.code, str(no.message), no.detail)

    @api.exception_handler(LookupError)
    @api.exception_handler(ObjectDoesNotExist)
    @api.exception_handler(Http404)
    def not_found(request: HttpRequest, no: Exception) -> HttpResponse:
        if isinstance(no, KeyError | IndexError):           # a fault of ours, not a thing that is not there
            raise no
        told = str(no) if isinstance(no, LookupError) and " " in str(no) else _("There is no such thing.")
        return _problem(api, request, 404, "not_found", told)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, no: ValidationError) -> HttpResponse:
        errors = [{"where": ".".join(str(part) for part in one["loc"]), "what": one["msg"]} for one in no.errors]
        return _problem(api, request, 422, "validation", _("Some values are not as expected. Nothing was changed."), {"errors": errors})

    @api.exception_handler(AuthenticationError)
    def not_signed_in(request: HttpRequest, no: Exception) -> HttpResponse:
        return _problem(api, request, 401, "not_signed_in", _("Sign in first."))

    @api.exception_handler(AuthorizationError)
    def no_token(request: HttpRequest, no: Exception) -> HttpResponse:
        return _problem(api, request, 403, "csrf_failed", _("A change needs the header X-CSRFToken with the value of the cookie."))

    @api.exception_handler(PermissionDenied)
    def not_allowed(request: HttpRequest, no: Exception) -> HttpResponse:
        return _problem(api, request, 403, "not_allowed", _("Your roles do not allow it here."))

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, no: Exception) -> HttpResponse:
        return _problem(api, request, 413, "too_large", _("The request is too large. Nothing was changed."))

    @api.exception_handler(HttpError)
    @api.exception_handler(SuspiciousOperation)
    @api.exception_handler(MultiPartParserError)
    @api.exception_handler(RawPostDataException)
    def unreadable(request: HttpRequest, no: Exception) -> HttpResponse:
        if getattr(no, "status_code", 400) == 415:
            return _problem(api, request, 415, "unexpected_content_type", str(no))
        return _problem(api, request, getattr(no, "status_code", 400), "bad_request", _("The request cannot be read. Nothing was changed."))


@cache
def build() -> SheberAPI:
    """The API, made once."""
    api = SheberAPI(title="Sheber", version="1", description=DESCRIPTION, urls_namespace="api-v1", auth=Session(), docs=Docs(),
                    renderer=Renderer())
    _handlers(api)
    for router in (people.router, organisations.router, competences.router, *programmes.routers, evidence.router, audit.router,
                   exchange.router, exports.router, *integrations.routers, jobs.router, notices.router, trash.router,
                   files.router, search.router, privacy.router):
        api.add_router("", router)
    return api


api = build()
