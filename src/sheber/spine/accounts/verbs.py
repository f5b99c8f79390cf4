"""Verbs of accounts."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

for _code, _sentence in (
    ("person.sign_in_failed", gettext_lazy("An attempt to sign in as %(person)s failed.")),
    ("person.sign_in_held", gettext_lazy("After repeated failures, signing in as %(person)s has to wait until %(until)s.")),
    ("person.password_changed", gettext_lazy("%(actor)s changed the own password.")),
    ("person.password_reset", gettext_lazy("The password of %(person)s was set anew by a link sent by e-mail.")),
    ("person.password_link_asked", gettext_lazy("A link to set a new password for %(person)s was asked for.")),
):
    verbs.register(_code, _sentence)
