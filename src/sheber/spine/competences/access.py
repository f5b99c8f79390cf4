"""Frameworks are open to whoever holds a role anywhere: they are what everybody is measured by. They belong to no one place: whoever
deletes a draft holds the permission for the whole nation, which the page and the operation ask."""

from sheber.kit.access import rule

for _name in ("frameworks", "framework_newest", "framework", "framework_case", "competence", "types", "type", "occupations", "occupation",
              "levels"):
    rule(f"competences:{_name}", permission="framework.view")
for _name in ("frameworks", "framework", "case", "tree", "competence", "levels", "types", "type", "occupations", "occupation"):
    rule(f"api-v1:competences_{_name}", permission="framework.view")
for _name in ("documents", "document", "package", "item", "item_associations", "association"):
    rule(f"case:{_name}", permission="framework.view")
rule("competences:framework_delete", permission="framework.edit")
rule("api-v1:competences_framework", permission="framework.edit", methods=("DELETE",))
