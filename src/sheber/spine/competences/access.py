"""Frameworks are open to whoever holds a role anywhere: they are what everybody is measured by."""

from sheber.kit.access import rule

for _name in ("frameworks", "framework_newest", "framework", "competence"):
    rule(f"competences:{_name}", permission="framework.view")
