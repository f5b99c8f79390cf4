"""What files keep about a person. The contents themselves are opened on the page of files."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sheber.kit.personal import Leaving, at_erasure, holding, not_handed_out, table

from .models import Blob, StoredFile

_ABOUT = ("id", "name", "purpose", "blob__media_type", "blob__size", "blob__sha256", "target_kind", "target_id", "uploaded_at",
          "removed_at")
_SENT = ("id", "blob__size", "target_kind", "uploaded_at", "removed_at")

holding("files.about_you", title=_("Files about you"), why=_("They show the work behind what was assessed. You open them under Files."),
        kept=_("Until they are removed, and 30 days more."), fields=("files.StoredFile.subject",),
        export=table("id", "name", "what", "kind", "size", "sha256", "attached_to", "key", "attached_at", "removed_at",
                     source=lambda person: StoredFile.objects.filter(subject_id=person).order_by("pk").values_list(*_ABOUT)))
holding("files.sent", title=_("Files you attached"),
        why=_("So that it can be asked who attached a file. What stands in it may be about others: you see when, where and how large."),
        kept=_("Until they are removed, and 30 days more."), fields=("files.StoredFile.uploaded_by",),
        export=table("id", "size", "attached_to", "attached_at", "removed_at",
                     source=lambda person: StoredFile.objects.filter(uploaded_by_id=person).order_by("pk").values_list(*_SENT)))
not_handed_out("files.StoredFile.removed_by", "what they removed is told in audit.done")


def _forget(leaving: Leaving) -> int:
    """Files about the person go at once, their contents a day later. What they sent about others stays."""
    theirs = StoredFile.objects.filter(subject_id=leaving.person_id)
    Blob.objects.filter(files__in=theirs).update(touched_at=timezone.now())
    return theirs.delete()[0]


at_erasure("files.StoredFile", "deleted", "files about the person go, removed ones too; what they attached to other things stays, "
           "without a name", run=_forget)
