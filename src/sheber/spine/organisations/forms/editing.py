"""Forms of the tree: what an organisation is, where it stands, why it closes."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.kit.editing import ActForm, EditForm, clean_text, text_cleaned, text_initial
from sheber.kit.localised import LANGUAGES
from sheber.spine.organisations import queries
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.queries import OrganisationRow

from .picking import OrganisationField

TEXTS: Final = ("name", "short_name", "city", "about")


def _text(label: Any, length: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=length)


class OrganisationForm(EditForm):
    """What an organisation is; ``saved`` is ``None`` for a new one."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Stands in addresses and files."))
    name_kk, name_ru, name_en = (_text(one, 200) for one in (
        gettext_lazy("Name in Kazakh"), gettext_lazy("Name in Russian"), gettext_lazy("Name in English")))
    short_name_kk, short_name_ru, short_name_en = (_text(one, 60) for one in (
        gettext_lazy("Short name in Kazakh"), gettext_lazy("Short name in Russian"), gettext_lazy("Short name in English")))
    city_kk, city_ru, city_en = (_text(one, 80) for one in (
        gettext_lazy("City in Kazakh"), gettext_lazy("City in Russian"), gettext_lazy("City in English")))
    country = forms.RegexField("^[A-Z]{2}$", label=gettext_lazy("Country"), initial="KZ",
                               help_text=gettext_lazy("Two letters, such as KZ."))
    employees = forms.IntegerField(label=gettext_lazy("Employees"), required=False, min_value=0, max_value=2_000_000)

    def __init__(self, *args: Any, saved: OrganisationRow | None, **kwargs: Any) -> None:
        if saved is not None:
            kwargs["initial"] = {"code": saved.code, "kind": saved.kind, "country": saved.country, "region": saved.region or "",
                                 "sector": saved.sector or "", "employees": saved.employees, "edit_version": saved.edit_version,
                                 **text_initial("name", saved.name), **text_initial("short_name", saved.short_name),
                                 **text_initial("city", saved.city)}
        super().__init__(*args, **kwargs)
        root = saved is not None and saved.parent_id is None
        kinds = [(code, str(label)) for code, label in Organisation.Kind.choices if (code == "nation") == root]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=kinds)
        for name, label, rows in (("region", _("Region"), queries.regions()), ("sector", _("Sector"), queries.sectors())):
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", "–"), *(
                (one.code, str(one.name)) for one in rows)])
        self.remember()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(clean_text(cleaned.get(f"name_{one}", "")) for one in LANGUAGES):
            self.add_error("name_kk", _("Write the name in at least one language."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        data = self.cleaned_data
        return {**{name: text_cleaned(data, name) for name in ("name", "short_name", "city")}, "code": data["code"].strip(),
                "kind": data["kind"], "country": data["country"], "region_id": data["region"] or None,
                "sector_id": data["sector"] or None, "employees": data["employees"]}


class ReasonForm(ActForm):
    """Why something is done with an organisation that stood so when it was looked at. ``above`` is the one above it."""

    def __init__(self, *args: Any, saved: OrganisationRow, above: OrganisationRow | None, **kwargs: Any) -> None:
        facts = {_("Code"): saved.code, _("Name"): saved.name, _("Kind"): saved.kind_label, _("Organisation above"): above and above.name,
                 _("City"): saved.city, _("State"): _("open") if saved.is_active else _("closed")}
        super().__init__(*args, facts=facts, edit_version=saved.edit_version, **kwargs)
        self.fields["reason"].required = True
        self.remember()


class MoveForm(ReasonForm):
    """Under which organisation it stands from now on."""

    def __init__(self, *args: Any, paths: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = OrganisationField(paths=paths, listed="places", label=_("New organisation above"),
                                                  help_text=_("Code, or words of the name."))
        self.order_fields(("parent", "reason", "edit_version"))

    @property
    def places(self) -> Any:
        field = self.fields["parent"]
        assert isinstance(field, OrganisationField)
        return field.offered()
