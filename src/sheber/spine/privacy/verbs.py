"""Verbs of privacy."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

for _code, _sentence in (
    ("person.erased", gettext_lazy("%(actor)s erased a person, now called %(person)s: rows touched: %(rows)s, entries of this record: "
                                   "%(entries)s.")),
    ("erasure.asked", gettext_lazy("%(actor)s asked to be erased; to be decided by %(due_on)s.")),
    ("erasure.withdrawn", gettext_lazy("%(actor)s took the request to be erased back.")),
    ("erasure.refused", gettext_lazy("%(actor)s refused to erase %(person)s.")),
    ("erasure.keeping_ended", gettext_lazy("%(actor)s ended the keeping of the data of %(person)s, which was to last until "
                                           "%(before_kept_until)s.")),
    ("consent.given", gettext_lazy("%(actor)s consented to %(purpose)s, text %(version)s.")),
    ("consent.withdrawn", gettext_lazy("%(actor)s took the consent to %(purpose)s back.")),
):
    verbs.register(_code, _sentence)
verbs.register("person.data_downloaded", gettext_lazy(
    "%(actor)s downloaded all that is held about them: rows: %(rows)s, tables: %(tables)s."))
