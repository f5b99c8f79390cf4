"""``sheber django token_end shb_…``: end a token that was found where it should not be. Reads the whole token or its visible beginning."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sheber.spine.integrations import services


class Command(BaseCommand):
    """For the operator; the record of changes names the system as who did it."""

    help = "End an API token that has leaked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("token", help="the whole token, or the beginning that lists show")

    def handle(self, *_args: Any, token: str, **_options: Any) -> None:
        try:
            count = services.token_leaked(token)
        except LookupError as no:
            raise CommandError(str(no)) from no
        self.stdout.write(f"ended {count}")
