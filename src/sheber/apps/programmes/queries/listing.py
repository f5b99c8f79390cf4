"""Programmes with what their checks found; findings are kept until the version is saved again."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from django.core.cache import cache

from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.matrix import covered, item_totals
from sheber.apps.programmes.rules.targets import targets_of
from sheber.engines.curriculum.plan import Plan
from sheber.spine.competences.profiles import profiles_in_force

from .programmes import programme_list
from .versions import VersionRow, version_plans

KEPT_S = 24 * 3600
MOST = 5_000
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class ListedProgramme:
    """A version with the number of its findings and how many items its matrix brings to the target."""

    version: VersionRow
    findings: int
    reached: int
    targets: int
    courses: int

    @property
    def search_text(self) -> str:
        """All three languages of the title, for the filter."""
        return " ".join(self.version.title.values())


def listed_programmes(paths: Sequence[str]) -> list[ListedProgramme]:
    """The newest version of every programme under the paths.

    Three queries, and seven more when some version was not looked at since its last save.
    """
    versions = programme_list(paths, size=MOST).rows
    profiles = profiles_in_force() if versions else ""
    keys = {f"programmes.summary:{row.id}:{row.edit_version}:{profiles}": row for row in versions}
    known: dict[str, tuple[int, int, int, int]] = cache.get_many(keys)
    if len(known) < len(keys):
        with _ONE_AT_A_TIME:            # readers who come while somebody works it out wait for that, and do not do it again each
            known = cache.get_many(keys)
            missing = {key: row for key, row in keys.items() if key not in known}
            plans = version_plans([row.id for row in missing.values()]) if missing else {}
            fresh = {key: _summary(plans[row.id]) for key, row in missing.items()}
            cache.set_many(fresh, KEPT_S)
            known |= fresh
    return [ListedProgramme(row, *known[key]) for key, row in keys.items()]


def _summary(plan: Plan) -> tuple[int, int, int, int]:
    """Findings, items that reach their target, items that have one, courses."""
    targets = targets_of(plan)
    totals = item_totals((cell for course in plan.courses for cell in course.cells), targets)
    return (len(check_plan(plan)), *covered(totals, targets), len(plan.courses))
