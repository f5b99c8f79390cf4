"""Probes are for machines that cannot sign in; the figures ask for loopback or a token themselves."""

from sheber.kit.access import rule

rule("operation:live", public=True)
rule("operation:ready", public=True)
rule("operation:metrics", public=True)
