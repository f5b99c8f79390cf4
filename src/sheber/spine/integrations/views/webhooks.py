"""Webhooks: the list, one with its log, a message with its tries."""

import datetime as dt
import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sheber.kit import editing
from sheber.kit.errors import DomainError
from sheber.kit.exports import export
from sheber.kit.http import Request
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.audit.queries import history_of
from sheber.spine.integrations import queries, services
from sheber.spine.integrations.access import PERMISSION
from sheber.spine.integrations.events import TEST, known
from sheber.spine.integrations.forms.webhooks import FAMILIES, SpanForm, WebhookForm, families
from sheber.spine.integrations.queries import DeliveryRow, WebhookRow
from sheber.spine.organisations import queries as organisations
from sheber.spine.people.models import User

_ORDERS = {"event": "event", "happened": "happened_at", "state": "state", "attempts": "attempts", "made": "id"}
_FIELDS = {"bad_url": "url", "name_missing": "name", "events_missing": "events", "unknown_event": "events"}


@require_GET
def webhook_list(request: Request) -> HttpResponse:
    """Webhooks where the reader may read the record of changes."""
    rows = queries.webhook_rows(request.access.visible_paths(PERMISSION))
    columns: list[Column[WebhookRow]] = [
        Column("name", _("Name"), lambda row: row.name), Column("url", _("Address"), lambda row: row.url),
        Column("organisation", _("Where"), lambda row: str(row.organisation_name)),
        Column("events", _("Events"), lambda row: ", ".join(row.events), sortable=False),
        Column("owner", _("Made by"), lambda row: str(row.owner_name)), Column("state", _("State"), lambda row: row.state_label)]
    table = Table(columns, rows, request, default="name", search=lambda row: f"{row.name} {row.url} {row.organisation_code}", filters=[
        Filter("state", _("State"), [("", _("Any state")), ("active", _("Active")), ("paused", _("Paused")),
                                     ("disabled", _("Switched off"))], value=lambda row: row.state)])
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings, cells = table.export()
        return export("csv" if kind == "csv" else "xlsx", headings, cells, title=_("Webhooks"), filename="webhooks")
    return render(request, "integrations/webhooks.html", {"table": table, "may_webhooks": True})


@never_cache
@require_http_methods(["GET", "POST"])
def webhook_new(request: Request) -> HttpResponse:
    """Address, events and place; then the secret, on the answer to this request and nowhere else."""
    places = organisations.visible(request.access.visible_paths(PERMISSION))
    form = WebhookForm(request.POST if request.method == "POST" else None, places=places)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.webhook_make(actor=_me(request), name=form.cleaned_data["name"], url=form.cleaned_data["url"],
                                             wanted=form.cleaned_data["events"], organisation_id=form.cleaned_data["organisation"].id)
            except DomainError as no:
                form.add_error(_FIELDS.get(no.code), str(no.message))
            else:
                return render(request, "integrations/secret.html", {
                    "secret": made.secret, "name": made.webhook.name, "what": "webhook",
                    "back": reverse("integrations:webhook", args=[made.webhook.pk])}, status=201)
    return render(request, "integrations/webhook_edit.html", {"form": form, "places": places, "families": _families(form)}, status=status)


@require_http_methods(["GET", "POST"])
def webhook_edit(request: Request, webhook_id: int) -> HttpResponse:
    """Name, address and events."""
    row = _webhook(webhook_id)

    def save(form: WebhookForm) -> None:
        try:
            services.webhook_change(actor=_me(request), webhook_id=row.id, name=form.cleaned_data["name"], url=form.cleaned_data["url"],
                                    wanted=form.cleaned_data["events"], edit_version=form.stated_edit_version())
        except DomainError as no:
            if no.code in _FIELDS:
                raise DomainError(no.code, str(no.message), **no.detail, fields={_FIELDS[no.code]: [str(no.message)]}) from no
            raise

    def last() -> tuple[str, dt.datetime] | None:
        entry = next(iter(history_of("integrations.webhook", row.id, limit=1)), None)
        return (entry.actor_name, entry.at) if entry else None

    found = editing.answer(request, last=last, make=lambda data: WebhookForm(data, saved=_webhook(row.id)), save=save)
    if found.saved:
        messages.success(request, _("The webhook “%(name)s” is saved.") % {"name": found.form.cleaned_data["name"]})
        return HttpResponseRedirect(reverse("integrations:webhook", args=[row.id]))
    return render(request, "integrations/webhook_edit.html", {**editing.context_of(found), "row": row, "families": _families(found.form)},
                  status=found.status)


@require_GET
def webhook(request: Request, webhook_id: int) -> HttpResponse:
    """One webhook with the log of its messages."""
    return _shown(request, _webhook(webhook_id))


@never_cache
@require_POST
def webhook_act(request: Request, webhook_id: int) -> HttpResponse:
    """What the buttons of the page do: ``act`` is pause, resume, test, secret, remove or replay."""
    row, act, actor = _webhook(webhook_id), request.POST.get("act", ""), _me(request)
    stated = editing.version_stated(request.POST.get("edit_version"))
    try:
        return _acted(request, row, act, actor, stated)
    except DomainError as no:
        return _shown(request, _webhook(row.id), refusal=no, status=409)


def _acted(request: Request, row: WebhookRow, act: str, actor: User, stated: int) -> HttpResponse:
    here = HttpResponseRedirect(reverse("integrations:webhook", args=[row.id]))
    if act in {"pause", "resume"}:
        services.webhook_switch(actor=actor, webhook_id=row.id, to="paused" if act == "pause" else "active", edit_version=stated)
        return here
    if act == "test":
        services.webhook_try(actor=actor, webhook_id=row.id)
        messages.success(request, _("A test message waits to be sent. Its line in the log says how it went."))
        return here
    if act == "secret":
        made = services.secret_replace(actor=actor, webhook_id=row.id, edit_version=stated)
        return render(request, "integrations/secret.html", {
            "secret": made.secret, "name": row.name, "what": "replaced", "back": here.url}, status=201)
    if act == "remove":
        services.webhook_remove(actor=actor, webhook_id=row.id, edit_version=stated)
        messages.success(request, _("The webhook “%(name)s” is removed.") % {"name": row.name})
        return HttpResponseRedirect(reverse("integrations:webhooks"))
    if act == "replay":
        return _replay(request, row, actor)
    return HttpResponseBadRequest(_("There is no such act."))


def _replay(request: Request, row: WebhookRow, actor: User) -> HttpResponse:
    form = SpanForm(request.POST)
    if form.is_valid():
        try:
            count = services.deliveries_replay(actor=actor, webhook_id=row.id, first=form.cleaned_data["first"],
                                               last=form.cleaned_data["last"])
        except DomainError as no:
            form.add_error("last" if no.code == "range_backwards" else None, str(no.message))
        else:
            messages.success(request, ngettext("%(n)s message waits to be sent again.", "%(n)s messages wait to be sent again.", count) % {
                "n": count})
            return HttpResponseRedirect(reverse("integrations:webhook", args=[row.id]))
    return _shown(request, row, form=form, status=422)


def _shown(request: Request, row: WebhookRow, *, form: SpanForm | None = None, refusal: DomainError | None = None,
           status: int = 200) -> HttpResponse:
    table = _log(request, row)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"}:
        headings, cells = table.export()
        return export("csv" if kind == "csv" else "xlsx", headings, cells, title=_("Messages of a webhook"), filename="messages")
    now = timezone.localtime().replace(second=0, microsecond=0)
    labels = [_event_label(one) for one in row.events]
    return render(request, "integrations/webhook.html", {
        "row": row, "table": table, "form": form or SpanForm(initial={"first": now - dt.timedelta(days=1), "last": now}), "labels": labels,
        "is_own": row.owner_id == request.user.pk, "refusal": refusal,
        "changes": history_of("integrations.webhook", row.id, limit=5) if refusal else ()},
        status=status)


def _event_label(code: str) -> str:
    """What a webhook asked for: an event by its sentence, a family by its name."""
    if code in known():
        return str(known()[code].label)
    family = code.removesuffix(".*")
    return _("%(family)s: everything") % {"family": FAMILIES.get(family, family)}


def _log(request: Request, row: WebhookRow) -> Table[DeliveryRow]:
    def source(query: Query) -> Slice[DeliveryRow]:
        order = ("-" if query.descending else "") + _ORDERS.get(query.sort, "id")
        return Slice(*queries.delivery_part(row.id, offset=query.offset, limit=query.limit, state=query.filters.get("state", ""),
                                            text=query.words.replace("\x00", ""), order=order))

    columns: list[Column[DeliveryRow]] = [
        Column("event", _("Event"), lambda one: one.event), Column("happened", _("Happened"), lambda one: one.happened_at),
        Column("state", _("State"), lambda one: one.state_label),
        Column("attempts", _("Attempts"), lambda one: one.attempts, numeric=True),
        Column("made", _("Message"), lambda one: one.message_id)]
    return Table(columns, source, request, default="-made", filters=[Filter("state", _("State"), [
        ("", _("Any state")), ("waiting", _("Waiting")), ("sent", _("Delivered")), ("failed", _("Given up"))])])


@require_GET
def delivery(request: Request, delivery_id: int) -> HttpResponse:
    """One message: its text, and what was asked and answered at every try."""
    found = queries.delivery_detail(delivery_id)
    if found is None:
        raise Http404
    return render(request, "integrations/delivery.html", {
        "found": found, "row": found.row, "hook": _webhook(found.row.webhook_id), "is_test": found.row.event == TEST,
        "text": json.dumps(json.loads(found.payload), ensure_ascii=False, indent=2),
        "tries": [(one, problem_sentence(one.problem)) for one in found.tries]})


@require_POST
def delivery_replay(request: Request, delivery_id: int) -> HttpResponse:
    """Send one message again."""
    made = services.delivery_replay(actor=_me(request), delivery_id=delivery_id)
    messages.success(request, _("The message waits to be sent again."))
    return HttpResponseRedirect(reverse("integrations:delivery", args=[made.pk]))


def problem_sentence(problem: str) -> str:
    """Why there was no answer, in the reader's language."""
    if problem in {"not_an_address", "not_https", "names_a_person", "port_not_open", "has_fragment", "not_public", "no_such_host"}:
        return services.url_fault(problem)
    return {
        "": "", "no_connection": _("The receiver did not take the connection."),
        "no_answer_in_time": _("The receiver did not answer in time."),
        "certificate": _("The certificate of the receiver cannot be trusted, or is made out to another name."),
        "not_http": _("What came back is not an answer of the web."),
        "secret_unreadable": _("The secret cannot be read any more: the key of this installation was changed. Replace the secret."),
        "owner_may_not": _("Whoever made the webhook may no longer read the record of changes there."),
    }.get(problem, problem)


def _families(form: WebhookForm) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    chosen: Any = form["events"].value() or []
    return [(name, [(code, label, code in chosen) for code, label in members]) for _family, name, members in families()]


def _webhook(webhook_id: int) -> WebhookRow:
    row = queries.webhook(webhook_id)
    if row is None:
        raise Http404
    return row


def _me(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
