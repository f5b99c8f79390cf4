"""Who may open the pages of the shell."""

from sheber.kit.access import rule

rule("sign_in", public=True)
rule("home", signed_in=True)
rule("site:design", signed_in=True)
rule("site:attainment", signed_in=True)
for _name in ("api-root", "openapi-json", "openapi-view"):       # shapes only; what they hold has rules of its own
    rule(f"api-v1:{_name}", public=True)
