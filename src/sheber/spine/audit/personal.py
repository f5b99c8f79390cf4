"""What the record of changes keeps about a person: what they did, and what was done to their account and roles."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import at_erasure, holding, table

from .models import AuditEntry

_WHY = _("So that it can be asked who changed what, when and why.")
_KEPT = _("Without a limit: entries are chained by hashes. When you are erased, what they tell of you is dropped.")
_DONE = ("sequence", "at", "verb", "target_kind", "target_id", "scope_path", "request_id")
_ABOUT = ("sequence", "at", "verb", "scope_path", "before", "after", "reason")

# Values and reasons of what one did may name others; they are handed out to those whom they are about.
holding("audit.done", title=_("Changes you made"), why=_WHY, kept=_KEPT, fields=("audit.AuditEntry.actor",),
        export=table(*_DONE, source=lambda person: AuditEntry.objects.filter(actor_id=person).order_by("sequence").values_list(*_DONE)))
holding("audit.about", title=_("Changes made to your account and roles"), why=_WHY, kept=_KEPT, fields=(),
        export=table(*_ABOUT, source=lambda person: AuditEntry.objects.filter(
            target_kind="people.user", target_id=str(person)).order_by("sequence").values_list(*_ABOUT)))
at_erasure("audit.AuditEntry", "kept", "who did what stays, without a name; audit.values_erase drops what entries tell of the person")
