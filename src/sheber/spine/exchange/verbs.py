"""What was brought in as a whole; each row has an entry of its own system too."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

verbs.register("exchange.brought_in", gettext_lazy("%(actor)s brought in a file of the table “%(table)s”."))
