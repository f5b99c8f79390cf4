"""Bringing a plan into the database as a draft version: all of it or nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sheber.apps.programmes.models import Programme, ProgrammeVersion
from sheber.apps.programmes.queries import profile_targets, version_plan
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.rules.comparing import PlanDifference, compare_plans
from sheber.apps.programmes.rules.completing import SYLLABUS, complete_plan
from sheber.apps.programmes.rules.findings import Finding
from sheber.apps.programmes.rules.writing import write_yaml
from sheber.engines.curriculum.plan import Plan
from sheber.kit.errors import DomainError
from sheber.kit.localised import LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.competences.models import Competence, EngineerType, Framework
from sheber.spine.organisations.models import Organisation
from sheber.spine.trash import services as trash

from .limits import refuse_what_does_not_fit
from .plan_rows import write_plan

FRAMEWORK = "CDIO"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did or, on a dry run, would do. ``findings`` are those of the plan as it will stand."""

    code: str
    version: str
    organisation: str
    dry_run: bool
    is_new_programme: bool
    is_new_version: bool
    written: bool
    version_id: int | None
    difference: PlanDifference
    findings: tuple[Finding, ...]
    mark: str
    """64 hexadecimal digits that stand for what is written and for what it is written over."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Where the plan goes, and the plan as it will stand there."""

    plan: Plan
    organisation: Organisation
    programme: Programme | None
    version: ProgrammeVersion | None
    framework: Framework
    competences: Mapping[str, int]
    overrides: Mapping[str, float | None]
    difference: PlanDifference


def import_programme(*, plan: Plan, organisation: Organisation | str, actor: audit.Actor, dry_run: bool = False, reason: str = "",
                     facts: Mapping[str, object] | None = None, edit_version: int | None = None,
                     expected: str = "") -> ImportReport:
    """Write a plan as a new draft, or into the draft of the same version, and report every difference.

    ``facts`` state what the file does not (``code``, ``version``, ``engineer_type``, ``degree``, ``nqf``, ``eqf``, ``years``). A plan that
    is already there word for word writes nothing. A course that is gone from the plan is removed, unless somebody was assessed in it.
    ``edit_version`` is the one the reader has seen, 0 when there was no such version; ``None`` asks for no comparison. ``expected`` is the
    ``mark`` of a dry run: nothing is written when another one comes out.

    Raises DomainError: ``unknown_organisation``, ``facts_missing`` (detail ``missing``), ``unknown_engineer_type``, ``unknown_degree``,
    ``no_framework``, ``unknown_items`` (detail ``items``), ``version_in_force``, ``course_in_use``, ``stale``,
    ``plan_changed`` (detail ``plan``), ``does_not_fit`` (detail ``fields``: what is too long or out of bounds to its sentences).
    """
    with transaction.atomic():
        target = _target(plan, _organisation(organisation), dict(facts or {}), lock=not dry_run)
        saved = target.version.edit_version if target.version else 0
        if edit_version is not None and saved != edit_version:
            raise DomainError("stale", _("Someone else saved this version after you opened it. Nothing was imported."), yours=edit_version,
                              saved=saved)
        mark = _mark(target, saved)
        if expected and expected != mark:
            raise DomainError("plan_changed", _("What is here has changed since the dry run. Nothing was written."), plan=mark)
        changed = target.version is None or bool(target.difference)
        programme, version = _prepared(target)
        refuse_what_does_not_fit(programme, version, target.plan)
        if changed and not dry_run:
            _write(target, programme, version)
            _record(target, version, actor=actor, reason=reason)
    return ImportReport(
        code=target.plan.code, version=target.plan.version, organisation=target.organisation.code, dry_run=dry_run,
        is_new_programme=target.programme is None, is_new_version=target.version is None, written=changed and not dry_run,
        version_id=version.pk, difference=target.difference, findings=check_plan(target.plan), mark=mark)


def _mark(target: _Target, saved: int) -> str:
    """The same in every process: nothing in it has an order of its own."""
    found = target.difference
    told = ([target.organisation.pk, target.programme and target.programme.pk, target.version and target.version.pk, saved,
             target.framework.pk], sorted(target.overrides.items()), found.courses_added, found.courses_removed,
            [(one.code, sorted(one.facts.items())) for one in found.courses_changed], found.cells, found.facts)
    plan = replace(target.plan, targets=dict(sorted(target.plan.targets.items())),
                   entry_levels=dict(sorted(target.plan.entry_levels.items())))
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass") + write_yaml(plan)).hexdigest()


def _organisation(organisation: Organisation | str) -> Organisation:
    if isinstance(organisation, Organisation):
        return organisation
    found = Organisation.objects.filter(code=organisation).first()
    if found is None:
        raise DomainError("unknown_organisation", _("There is no organisation with the code %(code)s.") % {"code": organisation},
                          organisation=organisation)
    return found


def _target(plan: Plan, organisation: Organisation, facts: Mapping[str, object], *, lock: bool) -> _Target:
    code = str(facts.get("code") or plan.code)
    programmes = Programme.objects.filter(code=code, organisation=organisation)
    programme = (programmes.select_for_update() if lock else programmes).first()      # nobody deletes it with its last draft meanwhile
    versions = ProgrammeVersion.objects.filter(programme__code=code, programme__organisation=organisation).order_by("-version", "-id")
    if lock:
        versions = versions.select_for_update(of=("self",))
    standing = list(versions)
    wanted = str(facts.get("version") or plan.version)
    version = next((each for each in standing if each.version == wanted or (not wanted and each.status == "draft")), None)
    newest = version or next(iter(standing), None)
    completed = complete_plan(plan, facts=facts, earlier=version_plan(newest.pk) if newest else None)
    if completed.missing:
        raise DomainError("facts_missing", _("The file does not state: %(names)s. Add it to the file or give it with the import.") % {
            "names": ", ".join(completed.missing)}, missing=list(completed.missing))
    if version is not None and version.status != ProgrammeVersion.Status.DRAFT:
        text = _("Version %(version)s is not a draft, so it cannot be changed. Give the file a new version.")
        raise DomainError("version_in_force", text % {"version": version.version}, version=version.version, status=version.status)
    whole = completed.plan
    _known(whole)
    framework = _framework(str(whole.details.get("cdio_syllabus_version") or SYLLABUS))
    competences = dict(Competence.objects.filter(framework=framework).values_list("code", "id"))
    _items(whole, competences)
    profile = profile_targets(whole.engineer_type, framework.pk)
    targets = dict(whole.targets) or profile
    overrides: dict[str, float | None] = {item: targets.get(item) for item in {*profile, *targets}
                                          if targets.get(item) != profile.get(item)}
    whole = replace(whole, targets=MappingProxyType(targets), details=MappingProxyType({**whole.details, "status": "draft"}))
    difference = compare_plans(version_plan(version.pk) if version else None, whole)
    return _Target(whole, organisation, programme, version, framework, competences, overrides, difference)


def _known(plan: Plan) -> None:
    if not EngineerType.objects.filter(pk=plan.engineer_type).exists():
        known = ", ".join(EngineerType.objects.values_list("code", flat=True))
        raise DomainError("unknown_engineer_type", _("The engineer type %(found)s is not known. Use one of: %(known)s.") % {
            "found": plan.engineer_type, "known": known or "–"}, found=plan.engineer_type)
    if plan.details["degree"] not in ProgrammeVersion.Degree.values:
        raise DomainError("unknown_degree", _("The degree %(found)s is not known. Use one of: %(known)s.") % {
            "found": plan.details["degree"], "known": ", ".join(ProgrammeVersion.Degree.values)}, found=str(plan.details["degree"]))


def _framework(number: str) -> Framework:
    framework = Framework.objects.filter(code=FRAMEWORK, version=number, status="published").first()
    if framework is None:
        raise DomainError("no_framework", _("CDIO Syllabus %(version)s is not published here. Load the reference facts first.") % {
            "version": number}, version=number)
    return framework


def _items(plan: Plan, competences: Mapping[str, int]) -> None:
    used = {cell.item for course in plan.courses for cell in course.cells} | set(plan.targets) | set(plan.entry_levels)
    unknown = sorted(used - set(competences))
    if unknown:
        raise DomainError("unknown_items", _("The framework has no items %(items)s. Correct the codes in the matrix and the targets.") % {
            "items": ", ".join(unknown[:10])}, items=unknown)


def _prepared(target: _Target) -> tuple[Programme, ProgrammeVersion]:
    """Programme and version as they will be saved."""
    plan = target.plan
    programme = target.programme or Programme(code=plan.code, organisation=target.organisation)
    programme.title = LocalisedText.of(plan.title)
    programme.is_synthetic = programme.is_synthetic or bool(plan.details.get("synthetic"))
    version = target.version or ProgrammeVersion(programme=programme, version=plan.version, framework=target.framework)
    for name, value in _facts(target).items():
        setattr(version, name, value)
    return programme, version


def _write(target: _Target, programme: Programme, version: ProgrammeVersion) -> None:
    programme.save()
    version.programme = programme
    if version.pk:
        version.edit_version += 1
    else:
        version.edit_version = trash.begun_after("programmes.version", f"{programme.code} {version.version}", first=1)
    version.save()
    write_plan(version, target.plan, target.competences)


def _facts(target: _Target) -> dict[str, Any]:
    plan, details = target.plan, target.plan.details
    assert plan.term_load is not None
    least, wanted, most = plan.term_load
    found: dict[str, Any] = {
        "framework": target.framework, "engineer_type_id": plan.engineer_type, "degree": details["degree"], "nqf": details["nqf"],
        "eqf": details["eqf"], "years": details["years"], "credits": int(plan.credits or 0), "hours_per_credit": plan.hours_per_credit,
        "system": plan.system, "term_load_min": least, "term_load_target": wanted, "term_load_max": most,
        "entry_levels": dict(plan.entry_levels), "target_overrides": dict(target.overrides)}
    found |= {name: LocalisedText.of(details.get(name)) for name in ("qualification", "admission", "practice_note")}  # type: ignore[arg-type]
    found |= {name: str(details.get(name) or "") for name in ("isced_f", "classifier_group", "task_complexity")}
    found |= {name: list(details.get(name) or ()) for name in ("languages", "sectors")}  # type: ignore[call-overload]
    return found


def _record(target: _Target, version: ProgrammeVersion, *, actor: audit.Actor, reason: str) -> None:
    """Counts of everything; of a draft that was there, the changed cells and fields too."""
    difference, plan = target.difference, target.plan
    before: dict[str, Any] = {}
    after: dict[str, Any] = {"code": plan.code, "version": plan.version, "added": len(difference.courses_added),
                             "changed": len(difference.courses_changed), "removed": len(difference.courses_removed),
                             "cells_changed": len(difference.cells)}
    if target.version is not None:
        before["cells"] = {f"{cell.course}~{cell.item}": cell.before for cell in difference.cells}
        after["cells"] = {f"{cell.course}~{cell.item}": cell.after for cell in difference.cells}
        changes = difference.courses_changed
        before["courses"] = {change.code: {name: old for name, (old, _new) in change.facts.items()} for change in changes}
        after["courses"] = {change.code: {name: new for name, (_old, new) in change.facts.items()} for change in changes}
        after |= {"courses_added": list(difference.courses_added), "courses_removed": list(difference.courses_removed),
                  "facts": list(difference.facts)}
    audit.record(actor=actor, verb="programme.imported", target=version, before=before, after=after, reason=reason,
                 scope_path=target.organisation.path)
