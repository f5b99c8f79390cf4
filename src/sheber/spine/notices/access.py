"""One's own notices are one's own; letters that wait are for operators of the whole installation."""

from sheber.kit.access import NATIONAL, rule

PERMISSION = "operation.manage"

for _name in ("list", "open", "mark", "mark_all", "settings"):
    rule(f"notices:{_name}", signed_in=True)
rule("notices:unsubscribe", public=True)                            # the link of a letter: signed, and good for nothing else
for _name in ("letters", "letter_act", "letters_retry"):
    rule(f"notices:{_name}", permission=PERMISSION, scope=lambda _request, **_arguments: NATIONAL)
for _name in ("list", "mark", "mark_all", "choices"):
    rule(f"api-v1:notices_{_name}", signed_in=True)
for _name in ("letters", "letter_retry", "letter_drop", "letters_retry"):
    rule(f"api-v1:notices_{_name}", permission=PERMISSION, scope=lambda _request, **_arguments: NATIONAL)
