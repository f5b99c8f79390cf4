"""Changing the tree. The paths of a whole subtree are kept in step, in one statement."""

from sheber.spine.audit import services as audit

from .deleting import going_with_organisation, organisation_delete
from .editing import organisation_close, organisation_edit, organisation_reopen
from .tree import DEPTH_MAX, organisation_create, organisation_move, organisation_rename

__all__ = ["DEPTH_MAX", "audit", "going_with_organisation", "organisation_close", "organisation_create", "organisation_delete",
           "organisation_edit", "organisation_move", "organisation_rename", "organisation_reopen"]
