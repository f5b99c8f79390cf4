"""Who may read the trail."""

from sheber.kit.access import rule

rule("audit:list", permission="audit.view")
