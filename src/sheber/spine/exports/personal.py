"""What exports keep about the person who asked for them."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import Leaving, at_erasure, holding, table

from .models import Export
from .services.removing import exports_forget

_COLUMNS = ("title", "filename", "address", "rows", "asked_at", "made_at", "kept_until")

holding("exports.asked", title=_("Files you took out"),
        why=_("To hand you large exports. What stands in them may be about others; you have the files."), kept=_("A week."),
        fields=("exports.Export.owner",),
        export=table(*_COLUMNS, source=lambda person: Export.objects.filter(owner_id=person).order_by("pk").values_list(*_COLUMNS)))


def _forget(leaving: Leaving) -> int:
    return exports_forget(Export.objects.filter(owner_id=leaving.person_id))


at_erasure("exports.Export", "deleted", "they were for the person; work that still runs finds nothing to write for", run=_forget)
