"""Whoever is signed in may search; what is found is what they may open. A token finds what its scopes open."""

from sheber.kit.access import rule

rule("search:results", signed_in=True)
rule("api-v1:search_list", signed_in=True, any_token=True)
