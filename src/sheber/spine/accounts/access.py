"""Who may open the pages of accounts."""

from sheber.kit.access import rule

rule("accounts:password", signed_in=True)
rule("accounts:sessions_end", signed_in=True)
rule("accounts:forgotten", public=True)
rule("accounts:reset", public=True)
