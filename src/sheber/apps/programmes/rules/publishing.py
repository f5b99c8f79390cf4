"""Whether a version may come into force."""

from collections.abc import Mapping, Sequence
from typing import Literal

from sheber.apps.programmes.rules.findings import Finding

Blocker = Literal["not_draft", "no_courses", "title_missing", "errors"]


def publication_blockers(*, status: str, title: Mapping[str, str], courses: int, findings: Sequence[Finding]) -> tuple[Blocker, ...]:
    """Reasons a version may not be published yet; empty means it may. Warnings and notes do not stand in the way."""
    checks: tuple[tuple[Blocker, bool], ...] = (
        ("not_draft", status != "draft"),
        ("no_courses", courses == 0),
        ("title_missing", not {"kk", "ru"} <= {language for language, text in title.items() if text}),
        ("errors", any(finding.severity == "error" for finding in findings)))
    return tuple(name for name, failed in checks if failed)
