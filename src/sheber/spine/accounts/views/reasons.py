"""One page for what is done to somebody's way of signing in by whoever looks after them: it asks for the reason."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.people.forms.administration import ReasonForm
from sheber.spine.people.queries import person_detail


def reason_page(request: Request, person_id: int, act: Callable[[str], object], *, heading: str, button: str, purpose: str,
                done: str) -> HttpResponse:
    """Ask for the reason, call ``act(reason)`` and go back to the person; a refusal (``DomainError``) stands in the form, 409."""
    row = person_detail(person_id)
    if row is None:
        return redirect("people:list")
    form, status = ReasonForm(request.POST if request.method == "POST" else None), 422 if request.method == "POST" else 200
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except DomainError as no:
            form.add_error(None, str(no.message))
            status = 409
        else:
            messages.success(request, done)
            return redirect("people:person", person_id)
    return render(request, "people/change.html", {"row": row, "form": form, "heading": heading, "button": button, "danger": True,
                                                  "purpose": purpose}, status=status)
