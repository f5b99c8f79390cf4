"""Who may open the pages of accounts."""

from sheber.kit.access import rule
from sheber.spine.people.access import person_paths

rule("accounts:password", signed_in=True)
rule("accounts:sessions_end", signed_in=True)
rule("accounts:forgotten", public=True)
rule("accounts:reset", public=True)
for _name in ("sessions", "session_end", "second", "second_setup", "second_codes", "second_off"):
    rule(f"accounts:{_name}", signed_in=True)
rule("accounts:second_check", public=True)
rule("accounts:sso", public=True)
rule("accounts:sso_back", public=True)
rule("accounts:sso_out", public=True)
for _name in ("identities", "identity_link", "identity_unlink", "confirm_at"):
    rule(f"accounts:{_name}", signed_in=True)
for _name in ("second_reset", "identities_end"):
    rule(f"accounts:{_name}", permission="person.edit", scope=person_paths)
