"""Who may take tables out and bring them in. Each table has permissions of its own, which its page and operation ask for.

An address here opens for whoever is signed in, also by any token: the view then asks for the permissions of the table named, within
the scopes and the node of the token.
"""

from django.http import HttpRequest

from sheber.kit.access import NATIONAL, rule

for _name in ("list", "table", "export", "template"):
    rule(f"exchange:{_name}", signed_in=True, any_token=True)
    rule(f"api-v1:exchange_{_name}", signed_in=True, any_token=True)
rule("exchange:tried", signed_in=True, any_token=True)
for _name in ("try", "apply", "tried"):
    rule(f"api-v1:exchange_{_name}", signed_in=True, any_token=True)


def _nation(_request: HttpRequest, *, file_id: int) -> str:
    del file_id
    return NATIONAL


# Frameworks belong to no organisation: who brings one in holds the permission for the whole nation.
rule("exchange:case", permission="framework.edit", scope=lambda _request: NATIONAL)
rule("exchange:case_tried", permission="framework.edit", scope=_nation)
for _name in ("try", "apply"):
    rule(f"api-v1:exchange_case_{_name}", permission="framework.edit", scope=lambda _request: NATIONAL)
rule("api-v1:exchange_case_tried", permission="framework.edit", scope=_nation)
