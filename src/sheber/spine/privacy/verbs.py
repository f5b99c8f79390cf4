"""Verbs of privacy."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

verbs.register("person.data_downloaded", gettext_lazy(
    "%(actor)s downloaded all that is held about them: rows: %(rows)s, tables: %(tables)s."))
