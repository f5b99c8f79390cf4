"""Verbs of accounts."""

from django.utils.translation import gettext_lazy

from sheber.spine.audit import verbs

for _code, _sentence in (
    ("person.sign_in_failed", gettext_lazy("An attempt to sign in as %(person)s failed.")),
    ("person.sign_in_held", gettext_lazy("After repeated failures, signing in as %(person)s has to wait until %(until)s.")),
    ("person.password_changed", gettext_lazy("%(actor)s changed the own password.")),
    ("person.password_reset", gettext_lazy("The password of %(person)s was set anew by a link sent by e-mail.")),
    ("person.password_link_asked", gettext_lazy("A link to set a new password for %(person)s was asked for.")),
    ("person.second_step_started", gettext_lazy("%(actor)s set up a second step at sign-in.")),
    ("person.second_step_stopped", gettext_lazy("%(actor)s turned off the second step at sign-in.")),
    ("person.second_step_failed", gettext_lazy("A code of the second step typed for %(person)s was wrong.")),
    ("person.second_step_repeated", gettext_lazy("A code of the second step of %(person)s was sent a second time.")),
    ("person.second_step_reset", gettext_lazy("%(actor)s took away the second step of %(person)s.")),
    ("person.recovery_codes_renewed", gettext_lazy("%(actor)s had new recovery codes made.")),
    ("person.recovery_code_used", gettext_lazy("%(actor)s used a recovery code.")),
    ("identity.linked", gettext_lazy("%(actor)s linked the own account with an account of %(provider)s.")),
    ("identity.linked_by_address", gettext_lazy("The account of %(person)s was linked with an account of %(provider)s by its address.")),
    ("identity.ended", gettext_lazy("%(actor)s ended the links of %(person)s with accounts of providers.")),
    ("identity.unlinked", gettext_lazy("%(actor)s ended the link of the own account with %(provider)s.")),
    ("person.session_ended", gettext_lazy("%(actor)s ended one of the own sessions.")),
):
    verbs.register(_code, _sentence)
