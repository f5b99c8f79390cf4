"""Reading people: rows as values, a fixed number of queries."""

from .directory import DirectoryFilters, DirectoryRow, directory, directory_slice
from .invitations import InvitationRow, invitation, invitation_slice
from .naming import named
from .people import (
    PAGE_SIZE,
    ROLE_LABELS,
    PersonaRow,
    PersonPage,
    PersonRow,
    RoleRow,
    belonging,
    by_email,
    home_paths,
    homes,
    people,
    person,
    person_list,
    personas,
    roles_at,
    roles_of,
    staff_at,
)
from .persons import PersonDetail, person_detail, role_of, role_paths

__all__ = ["PAGE_SIZE", "ROLE_LABELS", "DirectoryFilters", "DirectoryRow", "InvitationRow", "PersonDetail", "PersonPage", "PersonRow",
           "PersonaRow", "RoleRow", "belonging", "by_email", "directory", "directory_slice", "home_paths", "homes", "invitation",
           "invitation_slice", "named", "people", "person", "person_detail", "person_list", "personas", "role_of", "role_paths", "roles_at",
           "roles_of", "staff_at"]
