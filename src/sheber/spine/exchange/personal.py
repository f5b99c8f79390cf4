"""What exchange keeps about a person: a file they had tried and did not take over yet."""

from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import at_erasure, holding, table

from .models import KeptFile

holding("exchange.files", title=_("Files you had tried"),
        why=_("To take over the file you have just looked at. What stands in it may be about others; you have the file."),
        kept=_("An hour or two; a week at most while background work has to be done with it."), fields=("exchange.KeptFile.owner",),
        export=table("exchange", "filename", "kept_at", source=lambda person: KeptFile.objects.filter(
            owner_id=person).order_by("pk").values_list("exchange", "filename", "kept_at")))
at_erasure("exchange.KeptFile", "deleted", "it waited for the person's confirmation", by=("owner",))
