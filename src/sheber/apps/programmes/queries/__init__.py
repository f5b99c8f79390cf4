"""Reads of the programmes."""

from .versions import VersionRow, latest_versions, version_plan, versions_named, versions_of_programme

__all__ = ["VersionRow", "latest_versions", "version_plan", "versions_named", "versions_of_programme"]
