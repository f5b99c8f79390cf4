"""What people are told about the ways into their account. None of it can be switched off: if it was not you, you have to know."""

from django.utils.translation import gettext_lazy as _

from sheber.spine.notices import types

types.register("accounts.many_failures", title=_("Many refused sign-ins"), letters="at_once",
               explanation=_("When far more attempts to sign in fail within an hour than people mistype; to administrators of the nation."),
               sentence=_("%(n)s attempts to sign in failed within an hour. Look whether somebody is guessing passwords."))
types.register("accounts.password_link", title=_("A new password for Sheber"), letter_only=True)
for _code, _title, _explanation, _sentence in (
    ("account.second_step_started", _("A second step was set up"), _("When a second step at sign-in is set up."),
     _("Signing in to your account asks for a code from now on. Other sessions have ended.")),
    ("account.second_step_stopped", _("The second step was turned off"), _("When the second step is turned off, by you or for you."),
     _("Signing in to your account no longer asks for a code. Other sessions have ended.")),
    ("account.recovery_code_used", _("A recovery code was used"), _("When a recovery code stands in for the app."),
     _("Somebody signed in to your account, or changed it, with one of your recovery codes.")),
    ("account.recovery_codes_renewed", _("New recovery codes were made"), _("When new recovery codes are made."),
     _("The earlier recovery codes of your account open nothing any more.")),
    ("account.sign_in_method_added", _("A new way to sign in"), _("When an account at a provider is linked."),
     _("An account at the provider %(provider)s opens your account here from now on.")),
    ("account.sign_in_method_removed", _("A way to sign in was taken away"), _("When the link with a provider ends."),
     _("Your account at the provider %(provider)s opens your account here no longer.")),
    ("account.code_repeated", _("A code was used twice"), _("When a code that was taken already is sent again; once a day."),
     _("Somebody sent a code of your second step that was used already. If it was not you, change your password.")),
    ("account.held", _("Many failed attempts to sign in"), _("When your account is held for a while after failed attempts; once a day."),
     _("Somebody tried to sign in to your account several times with a wrong password or code. It lets nobody in for a while.")),
):
    types.register(_code, title=_title, explanation=_explanation, sentence=_sentence, mandatory=True)
