"""Adding people, giving and ending roles, signing in. Each is one transaction with its audit entry."""

from sheber.spine.audit import services as audit

from .people import THEMES, password_set, person_create, preferences_set, sign_in_record
from .roles import role_end, role_grant

__all__ = ["THEMES", "audit", "password_set", "person_create", "preferences_set", "role_end", "role_grant", "sign_in_record"]
