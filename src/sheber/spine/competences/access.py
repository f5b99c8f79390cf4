"""Frameworks are open to whoever holds a role anywhere: they are what everybody is measured by."""

from sheber.kit.access import rule

for _name in ("frameworks", "framework_newest", "framework", "framework_case", "competence", "types", "type", "occupations", "occupation",
              "levels"):
    rule(f"competences:{_name}", permission="framework.view")
for _name in ("frameworks", "framework", "case", "tree", "competence", "levels", "types", "type", "occupations", "occupation"):
    rule(f"api-v1:competences_{_name}", permission="framework.view")
for _name in ("documents", "document", "package", "item", "item_associations", "association"):
    rule(f"case:{_name}", permission="framework.view")
