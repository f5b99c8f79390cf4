"""Everybody has exports of their own; whose they are and whether they may still be taken is asked by the services.

An address here opens for whoever is signed in, also by any token: what a token takes out is bounded by its scopes and its node.
"""

from sheber.kit.access import rule

for _name in ("list", "start", "content", "remove"):
    rule(f"exports:{_name}", signed_in=True, any_token=True)
for _name in ("list", "export", "content"):
    rule(f"api-v1:exports_{_name}", signed_in=True, any_token=True)
