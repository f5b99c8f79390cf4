"""``sheber django webhooks_send``: send messages of webhooks that wait, once, and forget answers older than a day."""

from typing import Any

from django.core.management.base import BaseCommand

from sheber.spine.integrations import services


class Command(BaseCommand):
    """Safe at any time and several times at once."""

    help = "Send messages of webhooks that wait."

    def handle(self, *_args: Any, **_options: Any) -> None:
        sent, pruned = services.deliver_due(), services.answers_prune()
        self.stdout.write(f"delivered {sent.delivered}, failed {sent.failed}, answers forgotten {pruned}")
