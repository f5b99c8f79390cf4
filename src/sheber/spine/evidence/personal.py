"""What the ledger keeps about a person. What an assessor wrote of others belongs to these others: the assessor gets counts."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import at_erasure, holding, not_handed_out, table

from .models import EvidenceItem

_ITEM = ("id", "competence__framework__code", "competence__code", "level", "setting", "observed_on", "recorded_at", "assessor__name",
         "assessor_rule", "source_kind", "supersedes_id", "reason")

holding("evidence.items", title=_("Evidence of your competences"), why=_("To show what you can do, and what is still missing."),
        kept=_("Without a limit: the ledger only grows, a correction is a new item."), fields=("evidence.EvidenceItem.person",),
        export=table("id", "framework", "competence", "level", "setting", "observed_on", "recorded_at", "assessor", "rule", "source",
                     "corrects", "reason", source=lambda person: EvidenceItem.objects.filter(
                         person_id=person).order_by("pk").values_list(*_ITEM)))
holding("evidence.assessed", title=_("Evidence you gave as an assessor"),
        why=_("So that it can be asked who assessed. Levels belong to the people assessed; you see how many items you gave."),
        kept=_("Without a limit: the ledger only grows, a correction is a new item."), fields=("evidence.EvidenceItem.assessor",),
        export=table("framework", "competence", "observed_on", "items", source=lambda person: EvidenceItem.objects.filter(
            assessor_id=person).order_by("observed_on", "competence__framework__code", "competence__code").values_list(
            "competence__framework__code", "competence__code", "observed_on").annotate(items=Count("pk"))))
not_handed_out("evidence.AttainmentSnapshot.person", "figures made from evidence.items, and made anew from them whenever these change")
at_erasure("evidence.EvidenceItem", "kept", "the ledger recomputes to the same figures; whose they are is no longer known")
at_erasure("evidence.AttainmentSnapshot", "deleted", "made anew from the ledger when asked for", by=("person",))
