"""“Undo” straight after a deletion: a message whose tags say where the button leads."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

TAG: Final = "undo"


def told_with_undo(request: HttpRequest, sentence: str, deletion_id: int) -> None:
    """Say what was deleted, with a button that puts it back."""
    messages.success(request, sentence, extra_tags=f"{TAG} {reverse('trash:restore', args=[deletion_id])}")
