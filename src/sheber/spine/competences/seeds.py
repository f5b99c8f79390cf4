"""Reference facts of the spine: frameworks, links, proficiency scale, engineer types, occupations and what each requires."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from sheber.kit.findable import together
from sheber.kit.localised import LocalisedText
from sheber.kit.seeding import data_csv, data_text, data_yaml, sources_of, upsert
from sheber.spine.audit import services as audit

from .framework_files import SYLLABUS, SYLLABUS_VERSION, Titles, frameworks, load_framework
from .models import Alignment, Competence, EngineerType, Framework, Occupation, ProficiencyLevel, Profile, ProfileTarget, Publication

TYPE_PROFILE_VERSION = "1.0"
OCCUPATION_PROFILE_VERSION = "O*NET 29.0"


@transaction.atomic
@together()
def seed_reference(*, actor: audit.Actor = None) -> dict[str, int]:
    """Load all of it; what stands already is left as it is. Returns how many rows were written, by kind.

    A framework that stands is never touched, not even by better translations: it is published, so that takes a new version.
    """
    titles = Titles()
    written: dict[str, int] = defaultdict(int)
    for new in frameworks(titles):
        if not Framework.objects.filter(code=new.code, version=new.version).exists():
            written["competences"] += load_framework(new, actor=actor)
            written["frameworks"] += 1
    written["alignments"] = _alignments(actor)
    written["proficiency_levels"] = upsert(ProficiencyLevel, _levels(titles), key="level")
    types = data_yaml("domain/engineer_types.yaml")["types"]
    written["engineer_types"] = upsert(EngineerType, _types(types, titles), key="code")
    written["occupations"] = upsert(Occupation, _occupations(), key="soc")
    facts = {kind: count for kind, count in written.items() if kind not in {"competences", "frameworks"} and count}
    if facts:
        audit.record(actor=actor, verb="reference.loaded", target=("competences.engineertype", "domain/"),
                     after={"name": ", ".join(sorted(facts)), "count": sum(facts.values()), **facts})
    written["profiles"] = _profiles(types, actor)
    return dict(written)


def _alignments(actor: audit.Actor) -> int:
    """The crosswalk of ours from the syllabus to the other frameworks."""
    ids = _ids_by_framework()
    standing = set(Alignment.objects.values_list("origin_id", "target_id"))
    rows = []
    for row in data_csv("domain/frameworks_crosswalk.csv"):
        origin, target = ids[SYLLABUS].get(row["cdio_code"]), ids[row["framework"]].get(row["outcome_id"])
        if origin is None or target is None:
            raise LookupError(f"the crosswalk names {row['cdio_code']} or {row['framework']} {row['outcome_id']}, which no framework has")
        if (origin, target) not in standing:
            rows.append(Alignment(origin_id=origin, target_id=target, kind={"2": "main", "1": "partial"}[row["strength"]],
                                  status_of_fact=row["status"], sources=sources_of(row["source"])))
    Alignment.objects.bulk_create(rows, batch_size=500)
    if rows:
        audit.record(actor=actor, verb="reference.loaded", target=("competences.alignment", "domain/frameworks_crosswalk.csv"),
                     after={"name": "frameworks_crosswalk.csv", "count": len(rows)})
    return len(rows)


def _ids_by_framework() -> dict[str, dict[str, int]]:
    """Code of a shipped framework to code of a competence to id."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    versions = {(new.code, new.version) for new in frameworks(Titles())}
    for framework, version, code, key in Competence.objects.values_list("framework__code", "framework__version", "code", "pk"):
        if (framework, version) in versions:
            found[framework][code] = key
    return found


def _levels(titles: Titles) -> list[dict[str, Any]]:
    return [{"level": int(row["level"]), "short": titles.text("PROFICIENCY", row["id"], "short", row["short"]),
             "meaning": titles.text("PROFICIENCY", row["id"], "meaning", row["meaning"]),
             "evidence_hint": titles.text("PROFICIENCY", row["id"], "evidence_hint", row["evidence_hint"]),
             "status_of_fact": row["status"], "sources": sources_of(row["source"])}
            for row in data_csv("domain/proficiency_scale.csv") if row["kind"] == "proficiency"]


def _types(types: Mapping[str, Any], titles: Titles) -> list[dict[str, Any]]:
    return [{"code": code, "title": LocalisedText.of(row["names"]), "sort": place, "subtype_of_id": row.get("subtype_of"),
             "accord": row.get("accord") or "", "problem_range": row.get("problem_range") or "", "nqf": row["nqf"], "eqf": row["eqf"],
             "stage_weights": row["cdio_weights"], "rationale": titles.text("ENGINEER-TYPE", code, "rationale", row["rationale"]),
             "status_of_fact": row["status"], "sources": sources_of(row["source"])}
            for place, (code, row) in enumerate(types.items(), start=1)]


def _occupations() -> list[dict[str, Any]]:
    return [{"soc": row["soc"], "title": LocalisedText.of({"kk": row["title_kk"], "ru": row["title_ru"], "en": row["title_en"]}),
             "engineer_type_id": row["engineer_type"], "type_rule": row["override"] or row["type_rule"],
             "job_zone": int(row["job_zone"]) if row["job_zone"] else None, "sector_code": row["sector"], "isco08": row["isco08"],
             "programme_field": row["programme_field"], "programme_group": row["programme_group"], "status_of_fact": row["status"],
             "sources": ["O*NET 29.0"]}
            for row in data_csv("domain/occupation_titles.csv")]


def _profiles(types: Mapping[str, Any], actor: audit.Actor) -> int:
    """Profiles of the types and of the occupations, with their targets; four bulk inserts at most."""
    syllabus = Framework.objects.get(code=SYLLABUS, version=SYLLABUS_VERSION)
    items = dict(Competence.objects.filter(framework=syllabus, depth=2).values_list("code", "pk"))
    stages = dict(Competence.objects.filter(framework=syllabus, depth=2).values_list("code", "stage"))
    common = {"framework": syllabus, "status": Publication.PUBLISHED, "status_of_fact": "proposed"}
    written = 0
    standing = Profile.objects.filter(kind=Profile.Kind.ENGINEER_TYPE, version=TYPE_PROFILE_VERSION)
    have = set(standing.values_list("engineer_type_id", flat=True))
    of_types = {code: Profile(kind=Profile.Kind.ENGINEER_TYPE, engineer_type_id=code, version=TYPE_PROFILE_VERSION,
                              sources=sources_of(row["source"]), **common) for code, row in types.items() if code not in have}
    targets = [ProfileTarget(profile=profile, competence_id=items[code], level=float(level),
                             weight=type_weight(types[kind]["cdio_weights"], stages[code], n_items=len(types[kind]["targets"])))
               for kind, profile in of_types.items() for code, level in types[kind]["targets"].items()]
    written += _insert(list(of_types.values()), targets)

    occupations = dict(Occupation.objects.values_list("soc", "engineer_type_id"))
    standing = Profile.objects.filter(kind=Profile.Kind.OCCUPATION, version=OCCUPATION_PROFILE_VERSION)
    have = set(standing.values_list("occupation_id", flat=True))
    attribution = _attribution()
    of_occupations = {soc: Profile(kind=Profile.Kind.OCCUPATION, occupation_id=soc, engineer_type_id=kind,
                                   version=OCCUPATION_PROFILE_VERSION, attribution=attribution, sources=["O*NET 29.0"], **common)
                      for soc, kind in occupations.items() if soc not in have}
    targets = [ProfileTarget(profile=of_occupations[row["soc"]], competence_id=items[row["cdio"]], level=_number(row["level"]),
                             level_low=_number(row["level_lo"]), level_high=_number(row["level_hi"]), weight=float(row["weight"]),
                             element_count=int(row["n_elements"]))
               for row in data_csv("domain/occupation_profiles.csv") if row["soc"] in of_occupations]
    written += _insert(list(of_occupations.values()), targets)
    if written:
        audit.record(actor=actor, verb="profile.loaded", target=syllabus, after={"count": written})
    return written


def type_weight(stage_weights: Mapping[str, float], stage: str, *, n_items: int) -> float:
    """Weight of an item in a type's profile, so that all sum to 1.

    Every item weighs the same, except the four stages of CDIO, which share their part by the type's own weights. Proposed.
    """
    return (len(stage_weights) * stage_weights[stage] if stage else 1.0) / n_items


def _insert(profiles: Sequence[Profile], targets: Sequence[ProfileTarget]) -> int:
    Profile.objects.bulk_create(profiles)
    ProfileTarget.objects.bulk_create(targets, batch_size=2000)
    return len(profiles)


def _attribution() -> str:
    """The sentence that the licence of the occupation data asks to be shown; the quotation in its description."""
    lines = [line.removeprefix("> ") for line in data_text("domain/occupation_profiles.md").splitlines() if line.startswith("> ")]
    return " ".join(lines)


def _number(text: str) -> float | None:
    return float(text) if text else None
