"""What the trash keeps about a person: that they deleted something, or put it back.

Rows in a snapshot name persons by their keys only, and a row that is a person, or holds an address, is refused (``putting._no_person``);
so erasing a person needs nothing here.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import at_erasure, holding, table

from .models import Deletion

_COLUMNS = ("kind", "title", "place", "reason", "deleted_at", "kept_until", "restored_at")

holding("trash.deleted", title=_("What you deleted or put back"), why=_("So that it can be put back, and it can be asked who deleted it."),
        kept=_("Thirty days from the deletion."), fields=("trash.Deletion.deleted_by", "trash.Deletion.restored_by"),
        export=table(*_COLUMNS, source=lambda person: Deletion.objects.filter(Q(deleted_by_id=person) | Q(restored_by_id=person))
                     .order_by("pk").values_list(*_COLUMNS)))
at_erasure("trash.Deletion", "kept", "a snapshot names persons by number only; it is gone after thirty days")
