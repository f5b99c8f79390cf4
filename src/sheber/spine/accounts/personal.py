"""What accounts keeps about a person. Of failed attempts only keyed hashes are kept, which lead back to nobody."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import at_erasure, holding, table

from .models import Identity, RecoveryCode, SecondStep, SignedSession
from .services.sessions import sessions_drop

_IDENTITY = ("issuer", "subject", "email", "linked_at", "last_at")
_SESSION = ("browser", "system", "network", "first_at", "last_at")

holding("accounts.sessions", title=_("Your sessions"),
        why=_("To show you where your account is open, so that you can end what you do not know."),
        kept=_("Until you sign out or the session is over."), fields=("accounts.SignedSession.person",),
        export=table(*_SESSION, source=lambda person: SignedSession.objects.filter(person_id=person).order_by("pk").values_list(*_SESSION)))
holding("accounts.second_step", title=_("Second step at sign-in"),
        why=_("To ask for a code of your app. The secret itself is not handed out: whoever has it could sign in as you."),
        kept=_("Until you turn it off."), fields=("accounts.SecondStep.person",),
        export=table("started_at", source=lambda person: SecondStep.objects.filter(pk=person).values_list("started_at")))
holding("accounts.recovery_codes", title=_("Recovery codes"),
        why=_("To let you in when the app is lost. Only hashes of them are kept; here you see when one was used."),
        kept=_("Until you have new ones made or turn the second step off."), fields=("accounts.RecoveryCode.person",),
        export=table("used_at", source=lambda person: RecoveryCode.objects.filter(person_id=person).order_by("pk").values_list("used_at")))
holding("accounts.identities", title=_("Accounts linked for single sign-on"),
        why=_("To know you when a provider, such as your university, says who you are. What it calls you is kept, nothing else of it."),
        kept=_("Until you unlink it."), fields=("accounts.Identity.person", "accounts.Identity.email"),
        export=table(*_IDENTITY, source=lambda person: Identity.objects.filter(person_id=person).order_by("pk").values_list(*_IDENTITY)))
at_erasure("accounts.SecondStep", "deleted", "a way in", by=("person",))
at_erasure("accounts.RecoveryCode", "deleted", "a way in", by=("person",))
at_erasure("accounts.SignedSession", "deleted", "a way in; the session of the web server goes with it", run=sessions_drop)
at_erasure("accounts.Identity", "deleted", "a way in", by=("person",))
