"""A CASE package into the database: a new draft, a new version of what is published, or the draft that stands; all of it or nothing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from sheber.kit.exchange.files import Fault
from sheber.spine.audit import services as audit
from sheber.spine.trash import services as trash

from ..models import Alignment, CaseFramework, CaseItem, Competence, Framework, Publication
from .comparing import Difference, compare, matched
from .plan import Item, Link, Plan, document_id, item_id, link_id
from .reading import read_package
from .standing import competences_by_identifier, plan_of

Act = Literal["new", "version", "draft", "nothing"]
_NO_DIFFERENCE = Difference((), (), (), 0, 0, is_other=False)


@dataclass
class CaseOutcome:
    """What a package does, or would do. With any fault nothing is written.

    ``act``: ``new`` framework, new ``version`` that ``replaces`` another one, a ``draft`` that changes, or ``nothing``.
    ``mark`` stands for all that would be written, 64 hexadecimal digits; ``moved``: it is not what was expected.
    """

    act: Act = "nothing"
    code: str = ""
    version: str = ""
    title: str = ""
    replaces: str = ""
    items: int = 0
    links: int = 0
    links_here: int = 0
    difference: Difference = _NO_DIFFERENCE
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    mark: str = ""
    moved: bool = False
    written: bool = False
    framework_id: int | None = None


def package_import(*, data: bytes, actor: audit.Actor, code: str = "", version: str = "", dry: bool = False,
                   expected: str = "") -> CaseOutcome:
    """Read, compare with what stands, write. A dry run writes too and takes it back, so what it says is what would happen.

    ``expected`` is the ``mark`` of a dry run: nothing is written when another one comes out.
    """
    read = read_package(data, code=code, version=version)
    outcome = CaseOutcome(faults=read.faults, notes=read.notes)
    if read.plan is None:
        return outcome
    try:
        _import(read.plan, actor, outcome, dry=dry, expected=expected)
    except IntegrityError:      # the row that another import of the same framework has just written
        outcome.faults.append(Fault(0, "", _("Somebody is bringing in the same framework at this moment. Try again.")))
        outcome.written, outcome.framework_id = False, None
    return outcome


def _import(plan: Plan, actor: audit.Actor, outcome: CaseOutcome, *, dry: bool, expected: str) -> None:
    with transaction.atomic():
        _bring(plan, actor, outcome)
        outcome.moved = bool(expected) and not outcome.faults and outcome.mark != expected
        outcome.written = not dry and not outcome.faults and not outcome.moved and outcome.act != "nothing"
        if not outcome.written:
            transaction.set_rollback(True)
            outcome.framework_id = outcome.framework_id if outcome.act in {"draft", "nothing"} else None


def _bring(plan: Plan, actor: audit.Actor, outcome: CaseOutcome) -> None:
    standing = list(Framework.objects.select_for_update().filter(code=plan.code).order_by("pk"))
    same = next((one for one in standing if one.version == plan.version), None)
    before, replaced = _earlier(standing, same, outcome)
    old = plan_of(before) if before is not None else None
    outcome.code, outcome.version, outcome.title = plan.code, plan.version, str(plan.title)
    outcome.items, outcome.links = len(plan.items), len(plan.links)
    if outcome.faults:
        return
    outcome.difference = compare(old, plan)
    if same is not None and not outcome.difference.is_other:
        outcome.act, outcome.framework_id = "nothing", same.pk
    elif same is not None and same.status != Publication.DRAFT:
        outcome.faults.append(Fault(0, "CFDocument.version", _(
            "Version %(version)s is published and does not change. Bring the package in as another version.") % {"version": same.version}))
        return
    else:
        outcome.act = "draft" if same is not None else "version" if replaced is not None else "new"
        outcome.replaces = replaced.version if replaced is not None else ""
        _write(plan, old, same, replaced, actor, outcome)
    outcome.mark = _mark(plan, old, outcome)


def _earlier(standing: Sequence[Framework], same: Framework | None,
             outcome: CaseOutcome) -> tuple[Framework | None, Framework | None]:
    """The framework to compare with, and the one that is replaced."""
    if same is not None:
        return same, None
    followed = {one.replaces_id for one in standing}
    ends = [one for one in standing if one.pk not in followed]
    drafts = [one for one in ends if one.status == Publication.DRAFT]
    if drafts:
        outcome.faults.append(Fault(0, "CFDocument.version", _(
            "Version %(version)s of this framework is a draft: publish it first, or bring the package in as that version.") % {
                "version": drafts[0].version}))
        return drafts[0], None
    last = max(ends, key=lambda one: (one.status == Publication.PUBLISHED, one.pk), default=None)
    return last, last


def _write(plan: Plan, old: Plan | None, draft: Framework | None, replaced: Framework | None, actor: audit.Actor,
           outcome: CaseOutcome) -> None:
    facts: dict[str, Any] = {
        "title": plan.title, "publisher": plan.publisher, "note": plan.note, "translation_origin": plan.translation_origin,
        "status_of_fact": plan.status_of_fact, "sources": list(plan.sources)}
    if draft is None:
        draft = Framework.objects.create(code=plan.code, version=plan.version, replaces=replaced, **facts,
                                         edit_version=trash.begun_after("competences.framework", f"{plan.code} {plan.version}"))
        old = None
    else:
        Framework.objects.filter(pk=draft.pk).update(**facts, edit_version=F("edit_version") + 1)
    outcome.framework_id = draft.pk
    Alignment.objects.filter(origin__framework=draft).delete()
    try:
        keys = _items(plan, old, draft)
    except ProtectedError:
        codes = ", ".join(sorted(item.code for item in outcome.difference.removed)[:10])
        outcome.faults.append(Fault(0, "CFItems", _(
            "Items that the package has no more are used here: %(codes)s. Bring it in as another version.") % {"codes": codes}))
        return
    kept = _links(plan, keys, outcome)
    own = {"identifier": plan.identifier, "extra": dict(plan.extra), "links": kept, "definitions": dict(plan.definitions),
           "rubrics": list(plan.rubrics)}
    CaseFramework.objects.filter(framework=draft).delete()
    if plan.identifier != document_id(plan.code, plan.version) or any(own[name] for name in ("extra", "links", "definitions", "rubrics")):
        CaseFramework.objects.create(framework=draft, **own)
    audit.record(actor=actor, verb="framework.brought_in", target=draft, before={"version": outcome.replaces} if outcome.replaces else {},
                 after={"code": plan.code, "version": plan.version, "count": len(plan.items), "act": outcome.act,
                        "added": len(outcome.difference.added), "removed": len(outcome.difference.removed),
                        "changed": len(outcome.difference.changed), "digest": _digest(plan)})


def _items(plan: Plan, old: Plan | None, draft: Framework) -> dict[str, int]:
    """Write the items level by level. Returns identifier to key."""
    standing = {row.code: row for row in Competence.objects.filter(framework=draft)}
    rows: dict[str, Competence] = {}
    if old is not None:
        codes = {item.identifier: item.code for item in old.items}
        rows = {new: standing[codes[was]] for new, was in matched(old, plan).items()}
        taken = {row.pk for row in rows.values()}
        gone = [row.pk for row in standing.values() if row.pk not in taken]
        Competence.objects.filter(pk__in=[row.pk for row in rows.values()]).update(parent=None)
        Competence.objects.filter(pk__in=gone).update(parent=None)
        for start in range(0, len(gone), 500):
            Competence.objects.filter(pk__in=gone[start:start + 500]).delete()
        aside = list(rows.values())
        for row in aside:
            row.code = f"~{row.pk}"                 # out of the way of a code that another item takes over
        Competence.objects.bulk_update(aside, ["code"], batch_size=500)
    depth: dict[str, int] = {"": 0}
    levels: dict[int, list[tuple[int, Item]]] = {}
    for place, item in enumerate(plan.items, start=1):
        depth[item.identifier] = depth[item.parent] + 1
        levels.setdefault(depth[item.identifier], []).append((place, item))
    for level, items in sorted(levels.items()):
        fresh: list[Competence] = []
        known: list[Competence] = []
        for place, item in items:
            row = rows.get(item.identifier) or Competence(framework=draft)
            (known if row.pk else fresh).append(row)
            for name in ("code", "title", "short_title", "meaning", "kind", "stage", "is_extension", "confirmed_part", "status_of_fact"):
                setattr(row, name, getattr(item, name))
            row.sources, row.parent, row.depth, row.sort = list(item.sources), rows.get(item.parent), level, place
            rows[item.identifier] = row
        Competence.objects.bulk_create(fresh, batch_size=1000)
        Competence.objects.bulk_update(known, ["code", "title", "short_title", "meaning", "kind", "stage", "is_extension",
                                               "confirmed_part", "status_of_fact", "sources", "parent", "depth", "sort"], batch_size=300)
    CaseItem.objects.filter(competence__framework=draft).delete()
    CaseItem.objects.bulk_create([
        CaseItem(competence=rows[item.identifier], identifier=item.identifier, extra=dict(item.extra), edge=dict(item.edge))
        for item in plan.items if item.identifier != item_id(plan.identifier, item.code) or item.extra or item.edge], batch_size=1000)
    return {identifier: row.pk for identifier, row in rows.items()}


def _links(plan: Plan, keys: Mapping[str, int], outcome: CaseOutcome) -> list[dict[str, Any]]:
    """Alignments for the links whose both ends are here. Returns the links that say more than an alignment, as they came."""
    here = competences_by_identifier(link.target for link in plan.links if link.strength and link.target not in keys)
    rows: dict[tuple[int, int], Alignment] = {}
    kept = []
    for link in plan.links:
        origin, target = keys.get(link.origin), keys.get(link.target) or here.get(link.target)
        is_here = bool(link.strength and origin and target and origin != target and (origin, target) not in rows)
        if is_here and origin and target:
            rows[origin, target] = Alignment(origin_id=origin, target_id=target, kind=link.strength, status_of_fact=link.status_of_fact,
                                             sources=list(link.sources))
        if not is_here or link.extra or link.identifier != link_id(link.origin, link.kind, link.target):
            kept.append(_kept(link, is_here=is_here))
    Alignment.objects.bulk_create(rows.values(), batch_size=1000)
    outcome.links_here = len(rows)
    return kept


def _kept(link: Link, *, is_here: bool) -> dict[str, Any]:
    row = asdict(link)
    row["sources"], row["extra"] = list(link.sources), dict(link.extra)
    row["ends"] = {**link.ends, **({"was_here": True} if is_here else {})}
    return row


def _mark(plan: Plan, old: Plan | None, outcome: CaseOutcome) -> str:
    return hashlib.sha256(f"{outcome.act} {outcome.replaces} {_digest(plan)} {_digest(old) if old else ''}".encode()).hexdigest()


def _digest(plan: Plan) -> str:
    """SHA-256 of all that a plan says."""
    return hashlib.sha256(json.dumps(asdict(plan), sort_keys=True, default=str).encode()).hexdigest()
