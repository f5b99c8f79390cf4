"""Figures of large groups of students, computed ahead of those who look at them."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from sheber.apps.programmes.queries.large import LargeVersion, figures_path, large_versions, students_of
from sheber.engines.competence import DEFAULT_METHOD
from sheber.spine.audit import services as audit
from sheber.spine.competences import profiles
from sheber.spine.evidence.queries import horizon
from sheber.spine.evidence.services import snapshots_refresh
from sheber.spine.jobs import services as jobs

KIND = "programmes.figures"


def figures_refresh(*, actor: audit.Actor, version_id: int) -> int:
    """Ask for the figures of one version's students; the id of the work. Raises ``LookupError`` when there is no such version."""
    path = figures_path(version_id)
    if path is None:
        raise LookupError(version_id)
    return jobs.job_start(actor=actor, kind=KIND, params={"version": version_id}, scope_path=path, unique_key=str(version_id)).pk


def figures_keep(version_ids: list[int] | None = None, *, on_day: dt.date | None = None) -> Iterator[tuple[int, int, int]]:
    """Compute what the ledger has moved on from, of these versions or of all large ones.

    Yields (versions done, versions in all, people computed so far) after each thousand people; what was yielded stays.
    """
    day = on_day or timezone.localdate()
    wanted = [one for one in large_versions() if version_ids is None or one.id in version_ids]
    computed, newest = 0, horizon() if wanted else 0
    for done, version in enumerate(wanted):
        for step in _keep(version, day, newest):
            computed += step
            yield done, len(wanted), computed
    yield len(wanted), len(wanted), computed


def _keep(version: LargeVersion, day: dt.date, newest: int) -> Iterator[int]:
    items = [item.id for item in profiles.item_rows(version.framework_id)]
    return snapshots_refresh(person_ids=students_of(version.id), competence_ids=items, on_day=day, method=DEFAULT_METHOD,
                             newest=newest)
