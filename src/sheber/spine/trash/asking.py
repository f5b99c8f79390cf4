"""The page that says what goes, asks, and deletes: the same for everything that can be deleted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from sheber.kit.errors import DomainError
from sheber.spine.audit.queries import history_of

from . import registry
from .undo import told_with_undo

SHOWN = 5


@dataclass(frozen=True)
class Asked:
    """What the page names. ``history`` is the kind and id under which the record of changes tells of the thing."""

    heading: str
    button: str
    thing_title: str
    thing_label: str
    thing_url: str
    list_label: str
    list_url: str
    edit_version: int
    history: tuple[str, int]
    note: str = ""


def ask(request: HttpRequest, asked: Asked, *, going: Callable[[], Mapping[str, int]], delete: Callable[[int, str], int],
        done: str, then: str) -> HttpResponse:
    """Show what goes; on POST delete it, and lead to ``then`` with an “Undo”.

    ``going`` gives rows by model; ``delete`` takes the edit version stated and the reason and gives the deletion. Both may raise
    ``DomainError``: answered with 409, and with who changed what when it was stale.
    """
    reason = request.POST.get("reason", "").replace("\x00", "")[:300]
    refusal: DomainError | None = None
    changes: Sequence[object] = ()
    if request.method == "POST":
        text = request.POST.get("edit_version", "")
        stated = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        try:
            deletion_id = delete(stated, reason)
        except DomainError as no:
            refusal = no
            if no.code == "stale":
                behind = max(1, asked.edit_version - stated) if stated >= 0 else 1
                changes = history_of(*asked.history, limit=min(behind, SHOWN))
        else:
            told_with_undo(request, done, deletion_id)
            return HttpResponseRedirect(then)
    rows: Mapping[str, int] = {}
    closed = False
    try:
        rows = going()
    except DomainError as no:
        refusal, closed = refusal or no, True
    told = [words for model, number in rows.items() if (words := registry.in_words(model, number))]
    context = {name: getattr(asked, name) for name in ("heading", "button", "thing_title", "thing_label", "thing_url", "list_label",
                                                       "list_url", "edit_version", "note")}
    tried = request.method == "POST"
    return render(request, "trash/confirm.html", {**context, "going": told, "refusal": refusal, "changes": changes, "closed": closed,
                                                  "reason": reason, "tried": tried}, status=409 if refusal and tried else 200)
