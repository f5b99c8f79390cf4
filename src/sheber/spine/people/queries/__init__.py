"""Reading people: rows as values, one query each."""

from .people import (
    PAGE_SIZE,
    PersonaRow,
    PersonPage,
    PersonRow,
    RoleRow,
    by_email,
    home_paths,
    people,
    person,
    person_list,
    personas,
    roles_at,
    roles_of,
    staff_at,
)

__all__ = ["PAGE_SIZE", "PersonPage", "PersonRow", "PersonaRow", "RoleRow", "by_email", "home_paths", "people", "person", "person_list",
           "personas", "roles_at", "roles_of", "staff_at"]
