"""One's tokens: the list, a new one, the end of one."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sheber.kit.errors import DomainError
from sheber.kit.exports import export
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Table
from sheber.spine.integrations import queries, services
from sheber.spine.integrations.forms.fields import permission_label
from sheber.spine.integrations.forms.tokens import TokenForm
from sheber.spine.integrations.models import ApiToken
from sheber.spine.integrations.queries import TokenRow
from sheber.spine.organisations import queries as organisations
from sheber.spine.people.access import OWN, visible_paths
from sheber.spine.people.models import User
from sheber.spine.people.roles import PERMISSIONS


def _table(request: Request, rows: tuple[TokenRow, ...]) -> Table[TokenRow]:
    columns: list[Column[TokenRow]] = [
        Column("name", _("Name"), lambda row: row.name),
        Column("prefix", _("Begins with"), lambda row: row.prefix),
        Column("scopes", _("May"), lambda row: ", ".join(permission_label(one) for one in row.scopes), sortable=False),
        Column("organisation", _("Where"), lambda row: row.organisation_code or ""),
        Column("used", _("Last used"), lambda row: row.last_used_at),
        Column("last", _("Last day"), lambda row: row.last_day),
        Column("state", _("State"), lambda row: row.state_label)]
    states = [("active", _("In force")), ("expired", _("Expired")), ("revoked", _("Revoked"))]
    return Table(columns, rows, request, search=lambda row: f"{row.name} {row.prefix}", filters=[
        Filter("state", _("State"), [("", _("Any state")), *states], value=lambda row: row.state)])


@require_GET
def token_list(request: Request) -> HttpResponse:
    """The reader's own tokens; ``?format=csv|xlsx`` exports them, without the tokens themselves."""
    table = _table(request, queries.token_rows(_me(request).pk))
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings, rows = table.export()
        return export("csv" if kind == "csv" else "xlsx", headings, rows, title=_("API tokens"), filename="tokens")
    shown = [(row, [permission_label(one) for one in row.scopes]) for row in table]
    return render(request, "integrations/tokens.html", {
        "table": table, "shown": shown, "may_webhooks": bool(visible_paths(request.user, "audit.view"))})


@never_cache
@require_http_methods(["GET", "POST"])
def token_new(request: Request) -> HttpResponse:
    """Name, scopes, place and last day; then the token, on the answer to this request and nowhere else."""
    person = _me(request)
    held = [OWN, *(name for name in PERMISSIONS if visible_paths(person, name))]
    places = organisations.visible(tuple({path for name in PERMISSIONS for path in visible_paths(person, name)}))
    form = TokenForm(request.POST if request.method == "POST" else None, held=held, places=places)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            place = form.cleaned_data["organisation"]
            try:
                token, text = services.token_make(
                    actor=person, name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"],
                    expires_on=form.cleaned_data["expires_on"], organisation_id=place.id if place else None)
            except DomainError as no:
                field = {"expiry_range": "expires_on", "scope_not_held": "scopes", "name_missing": "name"}.get(no.code)
                form.add_error(field, str(no.message))
            else:
                return render(request, "integrations/secret.html", {
                    "secret": text, "name": token.name, "what": "token", "back": reverse("integrations:tokens")}, status=201)
    return render(request, "integrations/token_new.html", {"form": form, "places": places}, status=status)


@require_POST
def token_revoke(request: Request, token_id: int) -> HttpResponse:
    """End a token; of somebody else's there is none."""
    try:
        token = services.token_revoke(actor=_me(request), token_id=token_id)
    except ApiToken.DoesNotExist as no:
        raise Http404 from no
    messages.success(request, _("The token “%(name)s” is revoked. Whoever uses it is refused from now on.") % {"name": token.name})
    return HttpResponseRedirect(reverse("integrations:tokens"))


def _me(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
