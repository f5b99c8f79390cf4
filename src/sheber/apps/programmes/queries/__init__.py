"""What others may read of programmes."""

from .programmes import ProgrammeFilters, ProgrammePage, programme_list
from .versions import (
    VersionRow,
    latest_version,
    plan_of,
    profile_targets,
    version_history,
    version_overview,
    version_plan,
    version_plans,
    versions_named,
    versions_of,
    versions_with_code,
)

__all__ = ["ProgrammeFilters", "ProgrammePage", "VersionRow", "latest_version", "plan_of", "profile_targets", "programme_list",
           "version_history", "version_overview", "version_plan", "version_plans", "versions_named", "versions_of",
           "versions_with_code"]
