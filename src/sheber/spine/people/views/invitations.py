"""Inviting people, and accepting an invitation."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sheber.kit.errors import DomainError
from sheber.kit.exports import export, known
from sheber.kit.http import Request, own_address
from sheber.kit.tables import Column, Filter, Query, Slice, Table
from sheber.spine.people import access, queries, services, steps
from sheber.spine.people.forms.administration import AcceptForm, InviteForm
from sheber.spine.people.models import Invitation, User
from sheber.spine.people.queries import InvitationRow
from sheber.spine.people.roles import ROLE_CHOICES

SESSION_KEY: Final = "sheber_invitation"
"""Where the session keeps the token, so that no address of a page holds it."""


def invitation_states() -> dict[str, str]:
    """What became of an invitation."""
    return {"open": _("waiting"), "expired": _("expired"), "accepted": _("accepted"), "withdrawn": _("withdrawn")}


def address(request: Request) -> str:
    """Where a token is taken to."""
    return own_address(request, reverse("people:invitation"))


@require_GET
def invitation_list(request: Request) -> HttpResponse:
    """Invitations to places where the reader grants roles."""
    paths, names = request.access.visible_paths("role.grant"), invitation_states()
    columns: list[Column[InvitationRow]] = [
        Column("email", _("E-mail"), lambda row: row.email), Column("role", _("Role"), lambda row: row.role_label),
        Column("place", _("Organisation"), lambda row: row.organisation_code),
        Column("state", _("State"), lambda row: names[row.state], sortable=False),
        Column("invited", _("Invited"), lambda row: row.invited_at.date()),
        Column("expires", _("Expires"), lambda row: row.expires_at.date())]
    filters: list[Filter[InvitationRow]] = [
        Filter("state", _("State"), [("", _("Any state")), *names.items()]),
        Filter("role", _("Role"), [("", _("Any role")), *((code, str(label)) for code, label in ROLE_CHOICES)])]

    def answer(query: Query) -> Slice[InvitationRow]:
        return queries.invitation_slice(query, paths=paths)

    table = Table(columns, answer, request, default="-invited", filters=filters, page_size=25)
    if (kind := known(request.GET.get("format", ""))) is not None:
        headings, rows = table.export()
        return export(kind, headings, rows, title=_("Invitations"), filename="invitations")
    return render(request, "people/invitations.html", {"table": table, "states": names})


@require_http_methods(["GET", "POST"])
def invite(request: Request) -> HttpResponse:
    """Invite one person, or many from a pasted list: all or none."""
    form = InviteForm(request.POST if request.method == "POST" else None, held=access.held(request.user),
                      initial={"language": (get_language() or "kk").split("-")[0], "organisation": request.GET.get("at", "")[:40]})
    status, lines = 200, ()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                sent = services.invitations_create(
                    actor=request.user, guests=form.guests(), role=data["role"], organisation_id=data["organisation"].id,
                    starts_on=data["starts_on"], ends_on=data["ends_on"], language=data["language"], address=address(request))
            except DomainError as no:
                lines = no.detail.get("lines", ())
                told = dict(no.detail.get("fields") or {})
                for name, sentences in told.items():
                    form.add_error(name, sentences)
                if not told:
                    form.add_error("people" if lines else None, str(no.message))
                status = 422 if lines else 409
            else:
                return _links(request, sent)
    return render(request, "people/invite.html", {"form": form, "lines": lines, "places": form.places}, status=status)


def _links(request: Request, sent: list[services.Sent]) -> HttpResponse:
    """What was sent; the links themselves only where no letter goes out, for they open an account."""
    mailed = services.mail_is_sent()
    links = [(one.invitation.email, "" if mailed else f"{address(request)}{one.token}/") for one in sent]
    response = render(request, "people/invited.html", {"links": links, "mailed": mailed})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def invitation_resend(request: Request, invitation_id: int) -> HttpResponse:
    """A new link; the earlier one opens nothing any more."""
    try:
        sent = services.invitation_resend(actor=request.user, invitation_id=invitation_id, address=address(request))
    except DomainError as no:
        messages.error(request, str(no.message))
        return redirect("people:invitations")
    return _links(request, [sent])


@require_POST
def invitation_withdraw(request: Request, invitation_id: int) -> HttpResponse:
    """The link opens nothing any more."""
    try:
        services.invitation_withdraw(actor=request.user, invitation_id=invitation_id)
    except DomainError as no:
        messages.error(request, str(no.message))
    else:
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("people:invitations")


@require_GET
def invitation_open(request: Request, token: str) -> HttpResponse:
    """The address of the letter: the token goes into the session, so that it stands in no address a page could pass on."""
    request.session[SESSION_KEY] = token
    response = HttpResponseRedirect(reverse("people:invitation"))
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: Request) -> HttpResponse:
    """Accept: as a new person, or as the one who is signed in."""
    response = _accepting(request)
    response["Cache-Control"] = "no-store"
    return response


def _accepting(request: Request) -> HttpResponse:
    token = str(request.session.get(SESSION_KEY, ""))
    found = Invitation.objects.select_related("organisation", "invited_by").filter(token_hash=services.token_hash(token)).first()
    fault = services.invitation_fault(found) if found else None
    if found is None or fault is not None:
        sentence = str(fault.message) if fault else _(
            "The link opens no invitation. Perhaps a newer one was sent: look for the last letter.")
        return render(request, "people/invitation.html", {"refusal": sentence}, status=410)
    context = {"invitation": found, "role": queries.ROLE_LABELS[found.role], "ways": steps.other_ways(request, found.email),
               "by_password": settings.PASSWORD_SIGN_IN, "here": reverse("people:invitation")}
    person = request.user
    if isinstance(person, User):
        if person.email.lower() != found.email.lower():
            return render(request, "people/invitation.html", {**context, "another": True}, status=409)
        return _as_oneself(request, token, person, context)
    if User.objects.filter(email__iexact=found.email).exists():
        return render(request, "people/invitation.html", {**context, "has_account": True})
    if request.method == "POST" and not settings.PASSWORD_SIGN_IN:
        raise Http404
    form = AcceptForm(request.POST if request.method == "POST" else None, initial={
        "language": found.language, **{f"name_{code}": text for code, text in found.name.items()}})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.invitation_accept(token=token, name=form.name(), language=form.cleaned_data["language"],
                                           password=form.cleaned_data["password"])
            except DomainError as no:
                form.add_error("password" if no.code == "password_too_weak" else None, str(no.message))
                status = 422 if no.code == "password_too_weak" else 409
            else:
                del request.session[SESSION_KEY]
                messages.success(request, _("Your account is ready. Sign in."))
                return redirect("people:sign_in")
    return render(request, "people/invitation.html", {**context, "form": form}, status=status)


def _as_oneself(request: Request, token: str, person: User, context: dict[str, object]) -> HttpResponse:
    if request.method == "POST":
        try:
            services.invitation_accept_as(token=token, person=person)
        except DomainError as no:
            return render(request, "people/invitation.html", {"refusal": str(no.message)}, status=409)
        del request.session[SESSION_KEY]
        messages.success(request, _("You hold the role now."))
        return redirect("people:account")
    return render(request, "people/invitation.html", {**context, "oneself": True})
