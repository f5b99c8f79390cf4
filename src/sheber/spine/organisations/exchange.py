"""The tree of organisations as a table that goes out and comes back."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Change, Column, Exchange, Values, register
from sheber.kit.localised import LANGUAGES

from . import services
from .models import Organisation, Region, Sector

TEXTS: Final = ("name", "short_name", "city", "about")
_LABELS: Final = {
    "name": (gettext_lazy("Name, Kazakh"), gettext_lazy("Name, Russian"), gettext_lazy("Name, English")),
    "short_name": (gettext_lazy("Short name, Kazakh"), gettext_lazy("Short name, Russian"), gettext_lazy("Short name, English")),
    "city": (gettext_lazy("City, Kazakh"), gettext_lazy("City, Russian"), gettext_lazy("City, English")),
    "about": (gettext_lazy("About, Kazakh"), gettext_lazy("About, Russian"), gettext_lazy("About, English"))}
COLUMNS: Final = (
    Column("code", gettext_lazy("Code"), required=True,
           help=gettext_lazy("Letters, digits, dots, dashes and underscores; unique in the country.")),
    Column("kind", gettext_lazy("Kind"), "choice", required=True, choices=Organisation.Kind.choices),
    Column("parent", gettext_lazy("Organisation above"),
           help=gettext_lazy("Its code; a row further up in this file may add it. Empty for the nation only.")),
    *(Column(f"{name}_{language}", _LABELS[name][position]) for name in TEXTS for position, language in enumerate(LANGUAGES)),
    Column("country", gettext_lazy("Country"), required=True, help=gettext_lazy("Two letters, like KZ.")),
    Column("region", gettext_lazy("Region"), help=gettext_lazy("Code of the region.")),
    Column("sector", gettext_lazy("Sector"), help=gettext_lazy("Code of the branch of industry.")),
    Column("employees", gettext_lazy("Employees"), "integer"))


def _within(path: str, paths: Sequence[str]) -> bool:
    return any(path.startswith(one) for one in paths)


def rows(paths: Sequence[str], ids: Collection[str] | None = None) -> Iterator[Values]:
    """All organisations below the paths, the ones above first; two queries. There are thousands at most, so ``ids`` sorts them out here."""
    codes = dict(Organisation.objects.values_list("pk", "code"))
    for node in Organisation.objects.order_by("path"):
        if _within(node.path, paths) and (ids is None or str(node.pk) in ids):
            texts = {f"{name}_{language}": getattr(node, name).get(language, "") for name in TEXTS for language in LANGUAGES}
            yield {"id": str(node.pk), "code": node.code, "kind": node.kind,
                   "parent": codes[node.parent_id] if node.parent_id is not None else "", "country": node.country,
                   "region": node.region_id or "", "sector": node.sector_id or "", "employees": node.employees, **texts}


def lock(_ids: Collection[str]) -> None:
    """The whole tree, in the order in which a move takes it."""
    list(Organisation.objects.select_for_update().order_by("pk").values_list("pk"))


def apply(change: Change, actor: Any, paths: Sequence[str]) -> None:
    """Add, edit or move one organisation through the services."""
    new = change.new
    parent = Organisation.objects.filter(code=new["parent"]).first() if new["parent"] else None
    moved = "parent" in change.fields
    if moved and (parent is None or not _within(parent.path, paths)):
        raise _refused("parent", _("There is no organisation with this code that you may change."))
    for name, model in (("region", Region), ("sector", Sector)):
        if new[name] and not model._default_manager.filter(pk=new[name]).exists():
            raise _refused(name, _("There is nothing with this code."))
    texts: dict[str, dict[str, str]] = {
        name: {language: new[f"{name}_{language}"] for language in LANGUAGES if new[f"{name}_{language}"]} for name in TEXTS}
    if not texts["name"]:
        raise _refused("name_en", _("Write the name in at least one language."))
    plain: dict[str, Any] = {"country": new["country"], "region_id": new["region"] or None, "sector_id": new["sector"] or None,
             "employees": new["employees"]}
    if not change.id:
        more: dict[str, Any] = {**plain, "city": texts["city"], "about": texts["about"]}
        services.organisation_create(actor=actor, code=new["code"], kind=new["kind"], name=texts["name"], short_name=texts["short_name"],
                                     parent_id=parent.pk if parent else None, **more)
        return
    node = Organisation.objects.get(pk=int(change.id))
    if not _within(node.path, paths):
        raise _refused("code", _("You may not change this organisation."))
    services.organisation_edit(actor=actor, organisation_id=node.pk, edit_version=node.edit_version,
                               facts={"code": new["code"], "kind": new["kind"], **texts, **plain})
    if moved and parent is not None:
        services.organisation_move(actor=actor, organisation_id=node.pk, parent_id=parent.pk, reason=_("Brought in from a file."))


def _refused(column: str, sentence: str) -> DomainError:
    return DomainError("row_refused", sentence, fields={column: [sentence]})


ORGANISATIONS: Final = register(Exchange("organisations", gettext_lazy("Organisations"), COLUMNS, "organisation.view", "organisation.edit",
                                         rows, apply, lock, gettext_lazy("The tree: codes, names, places, and what stands above what.")))
