"""Notices and letters for tests, written without the services."""

import uuid
from typing import Any

from django.utils import timezone

from sheber.spine.notices.models import Letter, Notice
from sheber.spine.notices.rules.sealing import seal


def make_notice(*, person: Any, type: str = "role.granted", **fields: Any) -> Notice:
    """A notice that was not read."""
    given = {"params": {"role": "student", "place": {"en": "Somewhere"}}, "created_at": timezone.now(), **fields}
    return Notice.objects.create(person=person, type=type, **given)


def make_letter(*, person: Any = None, type: str = "people.invitation", **fields: Any) -> Letter:
    """A letter that waits."""
    now = timezone.now()
    given = {"email": "guest@example.invalid", "language": "en", "sealed": seal({"body": "words"}), "created_at": now, "next_at": now,
             "message_id": f"<{uuid.uuid4().hex}@sheber.example>", **fields}
    return Letter.objects.create(person=person, type=type, **given)
