"""The frameworks that come with the product, read from ``sheber.data`` and brought to one shape."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone

from sheber.kit.localised import LocalisedText
from sheber.kit.seeding import data_csv, sources_of
from sheber.spine.audit import services as audit

from .models import Competence, Framework, Publication

SYLLABUS: Final = "CDIO"
SYLLABUS_VERSION: Final = "2.0"
OWN_TRANSLATION: Final = "own translation"


class Titles:
    """Kazakh and Russian texts of ``titles.csv``; without that file every text is English only."""

    def __init__(self) -> None:
        try:
            rows = data_csv("domain/titles.csv")
        except FileNotFoundError:
            rows = []
        self._texts = {(row["framework"], row["code"], row["field"]): row for row in rows}
        self.origin = OWN_TRANSLATION if rows else ""

    def text(self, framework: str, code: str, name: str, english: str = "") -> LocalisedText:
        """The text in all languages known; ``english`` is the cell of the reference file itself."""
        row = self._texts.get((framework, code, name), {})
        return LocalisedText.of({"kk": row.get("kk", ""), "ru": row.get("ru", ""), "en": english or row.get("en", "")})


@dataclass(frozen=True, slots=True)
class Item:
    """A competence to be loaded; ``parent`` is a code, ``fields`` are further columns."""

    code: str
    title: LocalisedText
    parent: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewFramework:
    """A framework to be loaded, items in their order, each after its parent."""

    code: str
    version: str
    title: LocalisedText
    publisher: str
    translation_origin: str
    items: tuple[Item, ...]

    @property
    def status_of_fact(self) -> str:
        """As much as its weakest item can be trusted."""
        found = {item.fields["status_of_fact"] for item in self.items}
        return next(status for status in ("proposed", "from memory", "confirmed") if status in found)

    @property
    def sources(self) -> list[str]:
        return sorted({source for item in self.items for source in item.fields["sources"]})


def frameworks(titles: Titles) -> Iterator[NewFramework]:
    """Every framework the product ships. CDIO 3.0 is known by its changes only, so it is not among them."""
    for code, version, publisher, items in (
            (SYLLABUS, SYLLABUS_VERSION, "CDIO Initiative", _syllabus(titles)),
            ("CDIO-STD", "3.0", "CDIO Initiative", _standards(titles)),
            ("ABET-EAC", "1.0", "ABET", _abet(titles, "EAC")),
            ("ABET-ETAC", "1.0", "ABET", _abet(titles, "ETAC")),
            ("EUR-ACE", "2015", "ENAEE", _eur_ace(titles)),
            ("IEA", "2021", "International Engineering Alliance", _graduate_attributes(titles))):
        yield NewFramework(code, version, titles.text(code, code, "framework_title") or LocalisedText(en=code), publisher, titles.origin,
                           tuple(items))


def load_framework(new: NewFramework, *, actor: audit.Actor) -> int:
    """Write a framework with its competences, level by level, and publish it. Returns the number of competences."""
    framework = Framework.objects.create(
        code=new.code, version=new.version, title=new.title, publisher=new.publisher, translation_origin=new.translation_origin,
        status_of_fact=new.status_of_fact, sources=new.sources)
    depth: dict[str, int] = {}
    for item in new.items:
        depth[item.code] = depth[item.parent] + 1 if item.parent else 1
    written: dict[str, Competence] = {}
    for level in sorted(set(depth.values())):
        rows = [Competence(framework=framework, code=item.code, title=item.title, parent=written[item.parent] if item.parent else None,
                           depth=level, sort=place, **item.fields)
                for place, item in enumerate(new.items, start=1) if depth[item.code] == level]
        written |= {row.code: row for row in Competence.objects.bulk_create(rows)}
    framework.status, framework.published_at = Publication.PUBLISHED, timezone.now()
    framework.save(update_fields=["status", "published_at"])
    audit.record(actor=actor, verb="framework.loaded", target=framework,
                 after={"code": new.code, "version": new.version, "title": new.title, "count": len(written)})
    return len(written)


def _fact(row: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {"status_of_fact": row["status"], "sources": sources_of(row["source"]), "confirmed_part": row.get("confirmed_part") or "",
            **fields}


def _syllabus(titles: Titles) -> Iterator[Item]:
    for row in sorted(data_csv("domain/cdio_syllabus.csv"), key=lambda one: int(one["sort"])):
        short = titles.text(SYLLABUS, row["code"], "short_title")
        yield Item(row["code"], titles.text(SYLLABUS, row["code"], "title", row["title"]), row["parent"],
                   _fact(row, short_title=short, stage=row["cdio_stage"], is_extension=row["is_extension"] == "1", kind="topic"))


def _standards(titles: Titles) -> Iterator[Item]:
    for row in data_csv("domain/cdio_standards.csv"):
        yield Item(row["id"], titles.text("CDIO-STD", row["id"], "title", row["title"]), "",
                   _fact(row, meaning=titles.text("CDIO-STD", row["id"], "meaning", row["meaning"]), kind=f"{row['kind']} standard",
                         is_extension=row["kind"] != "core"))


def _abet(titles: Titles, commission: str) -> Iterator[Item]:
    framework = f"ABET-{commission}"
    for row in data_csv("domain/abet.csv"):
        if row["commission"] == commission:
            yield Item(row["id"], titles.text(framework, row["id"], "title", row["title"]), "",
                       _fact(row, meaning=titles.text(framework, row["id"], "meaning", row["meaning"]),
                             kind=f"{row['level']} {row['kind']}"[:30]))


def _eur_ace(titles: Titles) -> Iterator[Item]:
    heads = {"bachelor": ("EB", LocalisedText(kk="Бірінші цикл (бакалавр)", ru="Первый цикл (бакалавр)", en="First cycle (bachelor)")),
             "master": ("EM", LocalisedText(kk="Екінші цикл (магистр)", ru="Второй цикл (магистр)", en="Second cycle (master)"))}
    rows = data_csv("domain/eur_ace.csv")
    for cycle, (code, title) in heads.items():
        of_cycle = [row for row in rows if row["cycle"] == cycle]
        yield _head(code, title, of_cycle)
        for row in of_cycle:
            yield Item(row["id"], titles.text("EUR-ACE", row["id"], "title", row["title"]), code,
                       _fact(row, meaning=titles.text("EUR-ACE", row["id"], "summary", row["summary"]), kind="outcome area"))


def _graduate_attributes(titles: Titles) -> Iterator[Item]:
    heads = {
        "Washington": ("WA", LocalisedText(
            kk="Вашингтон келісімі: инженер", ru="Вашингтонское соглашение: инженер", en="Washington Accord: engineer")),
        "Sydney": ("SA", LocalisedText(
            kk="Сидней келісімі: технолог", ru="Сиднейское соглашение: технолог", en="Sydney Accord: technologist")),
        "Dublin": ("DA", LocalisedText(
            kk="Дублин келісімі: техник", ru="Дублинское соглашение: техник", en="Dublin Accord: technician"))}
    rows = data_csv("domain/graduate_attributes.csv")
    for accord, (code, title) in heads.items():
        of_accord = [row for row in rows if row["accord"] == accord]
        yield _head(code, title, of_accord)
        for row in of_accord:
            yield Item(row["id"], titles.text("IEA", row["id"], "attribute", row["attribute"]), code,
                       _fact(row, meaning=titles.text("IEA", row["id"], "summary", row["summary"]), kind="graduate attribute"))


def _head(code: str, title: LocalisedText, below: Sequence[dict[str, str]]) -> Item:
    """A heading of ours over the items of one cycle or accord; it stands on what stands below it."""
    sources = sorted({source for row in below for source in sources_of(row["source"])})
    return Item(code, title, "", {"status_of_fact": "from memory", "sources": sources, "kind": "heading"})
