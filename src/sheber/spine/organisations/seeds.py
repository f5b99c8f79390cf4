"""Regions, sectors and the root of the tree; and the organisations of the demonstration."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from sheber.kit.findable import together
from sheber.kit.localised import LocalisedText
from sheber.kit.seeding import data_yaml, sources_of, upsert
from sheber.spine.audit import services as audit

from .models import Organisation, Region, Sector

ROOT_CODE = "KZ"
KINDS = {"higher_college": "college", "network": "network_office"}


@transaction.atomic
@together()
def seed_reference(*, actor: audit.Actor = None) -> dict[str, int]:
    """Regions and sectors of ``domain/kazakhstan.yaml`` and the nation. Returns how many rows were added or changed.

    Seed universities are facts about the country, not organisations that use the product: they are not loaded.
    """
    facts = data_yaml("domain/kazakhstan.yaml")
    region_rows = [
        {"code": row["code"], "name": _name(row), "kind": row.get("kind", ""), "iso": row.get("iso") or "",
         "kato": str(row.get("kato") or ""), "centre": row.get("centre") or "",
         "status_of_fact": row.get("status", "proposed"), "sources": sources_of(row.get("source"))}
        for row in facts["regions"]]
    sector_rows = [
        {"code": row["id"], "name": _name(row), "fields": list(row.get("fields") or []), "status_of_fact": row.get("status", "proposed"),
         "sources": sources_of(row.get("source"))}
        for row in facts["sectors"]]
    written = {"regions": upsert(Region, region_rows, key="code"), "sectors": upsert(Sector, sector_rows, key="code"), "root": 0}
    if not Organisation.objects.filter(code=ROOT_CODE).exists():
        name = LocalisedText(kk="Қазақстан Республикасы", ru="Республика Казахстан", en="Republic of Kazakhstan")
        root = Organisation.objects.create(code=ROOT_CODE, kind=Organisation.Kind.NATION, path="~", name=name,
                                           short_name=LocalisedText(kk="Қазақстан", ru="Казахстан", en="Kazakhstan"))
        Organisation.objects.filter(pk=root.pk).update(path=f"/{root.pk}/")
        written["root"] = 1
    if any(written.values()):
        audit.record(actor=actor, verb="reference.loaded", target=("organisations.region", "domain/kazakhstan.yaml"),
                     after={"name": "kazakhstan.yaml", "count": sum(written.values()), **written})
    return written


@transaction.atomic
@together()
def load_demo(*, actor: audit.Actor = None) -> int:
    """Organisations of ``demo/organisations.yaml``, all marked synthetic. Returns how many were added."""
    root = Organisation.objects.get(code=ROOT_CODE)
    standing = dict(Organisation.objects.values_list("code", "path"))
    ids = dict(Organisation.objects.values_list("code", "pk"))
    added = 0
    # Level by level, because a path needs the id of the node above: one bulk insert and one bulk update for each level.
    levels: list[list[dict[str, Any]]] = [[], []]
    for row in _demo_rows(data_yaml("demo/organisations.yaml")):
        if row["code"] not in standing:
            levels[0 if row["parent"] == ROOT_CODE else 1].append(row)
    for level in levels:
        nodes = Organisation.objects.bulk_create([
            Organisation(parent_id=ids[row["parent"]], path=f"~{row['code']}", is_synthetic=True,
                         **{name: value for name, value in row.items() if name != "parent"}) for row in level])
        for node, row in zip(nodes, level, strict=True):
            node.path = f"{standing.get(row['parent'], root.path)}{node.pk}/"
            standing[node.code], ids[node.code] = node.path, node.pk
        Organisation.objects.bulk_update(nodes, ["path"])
        added += len(nodes)
    if added:
        audit.record(actor=actor, verb="organisation.loaded", target=root, scope_path=root.path, after={"count": added, "synthetic": True})
    return added


def _demo_rows(demo: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in demo["universities"]:
        yield _demo_row(row, kind=KINDS.get(row["kind"], row["kind"]))
        for faculty in row.get("faculties", []):
            place = {"fictional": row["fictional"], "region": row["region"], "city": row.get("city")}
            yield _demo_row({**place, **faculty}, kind="faculty", parent=row["id"])
    for row in demo["enterprises"]:
        yield _demo_row(row, kind="enterprise")
    for row in demo["rd_partners"]:
        yield _demo_row(row, kind="partner_abroad")
    for row in demo["other"]:
        yield _demo_row(row, kind=KINDS.get(row["kind"], row["kind"]))


def _demo_row(row: Mapping[str, Any], *, kind: str, parent: str = ROOT_CODE) -> dict[str, Any]:
    return {"code": row["id"], "kind": kind, "parent": parent, "name": LocalisedText.of(row["name"]),
            "short_name": LocalisedText.of(row.get("short")), "country": row.get("country", "KZ"), "region_id": row.get("region"),
            "sector_id": row.get("sector"), "city": LocalisedText.of(row.get("city")),
            "about": LocalisedText.of(row.get("about") or row.get("topics")), "employees": row.get("employees"),
            "is_fictional": bool(row.get("fictional"))}


def _name(row: Mapping[str, Any]) -> LocalisedText:
    return LocalisedText.of({language: row.get(language, "") for language in ("kk", "ru", "en")})
