"""What privacy keeps about a person."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import Leaving, at_erasure, holding, not_handed_out, table

from .models import ConsentChange, Erasure, ErasureRequest

_ASKED = ("words", "asked_at", "due_on", "state", "decided_at", "answer", "kept_until")
_SAID = ("purpose", "version", "is_given", "text", "language", "at")

holding("privacy.requests", title=_("Your requests to be erased"), why=_("So that what you asked for is decided in time."),
        kept=_("Without a limit; your words are erased with your data."), fields=("privacy.ErasureRequest.person",),
        export=table(*_ASKED, source=lambda person: ErasureRequest.objects.filter(person_id=person).order_by("pk").values_list(*_ASKED)))
holding("privacy.erasure", title=_("That you were erased"), why=_("So that a backup never brings you back."), kept=_("Without a limit."),
        fields=("privacy.Erasure.person",),
        export=table("erased_at", "reason", source=lambda person: Erasure.objects.filter(pk=person).values_list("erased_at", "reason")))
holding("privacy.consents", title=_("What you consented to"), why=_("To do only what you agreed to, and to show later what you agreed to."),
        kept=_("Without a limit: a consent taken back is an entry of its own."), fields=("privacy.ConsentChange.person",),
        export=table(*_SAID, source=lambda person: ConsentChange.objects.filter(person_id=person).order_by("pk").values_list(*_SAID)))
not_handed_out("privacy.ErasureRequest.decided_by", "what they decided is told in audit.done")
not_handed_out("privacy.Erasure.erased_by", "what they did is told in audit.done")


def _words(leaving: Leaving) -> int:
    """The words of the person go, and answers that name them."""
    count = ErasureRequest.objects.filter(person_id=leaving.person_id).exclude(words="").update(words="")
    for row in ErasureRequest.objects.exclude(answer=""):
        if leaving.is_named_in(row.answer):
            row.answer = leaving.blanked(row.answer)
            row.save(update_fields=["answer"])
            count += 1
    for done in Erasure.objects.all():
        if leaving.is_named_in(done.reason):
            done.reason = leaving.blanked(done.reason)
            done.save(update_fields=["reason"])
            count += 1
    return count


at_erasure("privacy.ErasureRequest", "blanked", "that somebody asked, and what was decided, without their words", run=_words)
at_erasure("privacy.Erasure", "kept", "the number alone, so that a restore erases the person again")
at_erasure("privacy.ConsentChange", "kept", "what was done under a consent must be explainable; it names a number and a purpose")
