"""Who may open the pages of privacy: everybody, about themselves. Both refuse tokens in the view too."""

from sheber.kit.access import rule

rule("privacy:overview", signed_in=True)
rule("privacy:download", signed_in=True)
