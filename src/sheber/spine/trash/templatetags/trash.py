"""What the messages of all pages ask of the trash."""

from django import template
from django.contrib.messages.storage.base import Message

from sheber.spine.trash.undo import TAG

register = template.Library()


@register.filter
def undo_address(message: Message) -> str:
    """Where “Undo” of a message is sent; empty when it tells of no deletion."""
    first, _space, address = (message.extra_tags or "").partition(" ")
    return address if first == TAG else ""
