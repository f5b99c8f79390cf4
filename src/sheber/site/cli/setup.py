"""Django for commands that need the database or translated sentences of the systems."""

import os

from .language import current_language


def settings_wanted() -> str:
    """DJANGO_SETTINGS_MODULE when set; the demonstration's settings under SHEBER_DEMONSTRATION=1; production otherwise.

    Both look for the data in the same place (SHEBER_VAR, SHEBER_DATABASE), so a command sees what the pages see.
    """
    demonstration = os.environ.get("SHEBER_DEMONSTRATION") == "1"
    return os.environ.get("DJANGO_SETTINGS_MODULE") or ("sheber.site.settings.dev" if demonstration else "sheber.site.settings.prod")


def django_setup(settings: str | None = None) -> None:
    """Load Django once, and speak the language chosen for this command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings or settings_wanted())
    import django
    from django.utils import translation

    django.setup()
    translation.activate(current_language())
