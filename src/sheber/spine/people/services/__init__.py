"""Adding people, inviting them, giving and ending roles, signing in. Each is one transaction with its audit entry."""

from sheber.spine.audit import services as audit
from sheber.spine.notices.services import mail_is_sent

from .accounts import person_deactivate, person_edit, person_reactivate, sessions_end
from .guards import an_administrator_stays
from .invitations import (
    Guest,
    Sent,
    invitation_accept,
    invitation_accept_as,
    invitation_fault,
    invitation_resend,
    invitation_send,
    invitation_withdraw,
    invitations_create,
    token_hash,
)
from .people import THEMES, password_set, person_create, preferences_set, sign_in_record
from .roles import role_dates_change, role_end, role_end_now, role_grant, roles_ending_tell

__all__ = ["THEMES", "Guest", "Sent", "an_administrator_stays", "audit", "invitation_accept", "invitation_accept_as", "invitation_fault",
           "invitation_resend", "invitation_send", "invitation_withdraw", "invitations_create", "mail_is_sent", "password_set",
           "person_create", "person_deactivate", "person_edit", "person_reactivate", "preferences_set", "role_dates_change", "role_end",
           "role_end_now", "role_grant", "roles_ending_tell", "sessions_end", "sign_in_record", "token_hash"]
