"""Verbs of people: roles, invitations, accounts."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

for _code, _sentence in (
    ("person.changed", gettext_lazy("%(actor)s changed the account of %(person)s.")),
    ("person.deactivated", gettext_lazy("%(actor)s closed the account of %(person)s.")),
    ("person.reactivated", gettext_lazy("%(actor)s opened the account of %(person)s again.")),
    ("person.sessions_ended", gettext_lazy("%(actor)s ended all sessions of %(person)s.")),
    ("role.dates_changed", gettext_lazy("%(actor)s changed the days of the role %(role)s of %(person)s at %(organisation)s.")),
    ("invitation.created", gettext_lazy("%(actor)s invited %(email)s to the role %(role)s at %(organisation)s.")),
    ("invitation.sent_again", gettext_lazy("%(actor)s sent the invitation of %(email)s again.")),
    ("invitation.withdrawn", gettext_lazy("%(actor)s withdrew the invitation of %(email)s.")),
    ("invitation.accepted", gettext_lazy("%(actor)s accepted the invitation to the role %(role)s at %(organisation)s.")),
):
    verbs.register(_code, _sentence)
