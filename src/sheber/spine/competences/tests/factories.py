"""Frameworks for tests."""

from itertools import count

from sheber.spine.competences.models import Competence, EngineerType, Framework, Publication

_number = count(1)


def make_framework(*, code: str = "", version: str = "1.0", sections: int = 2, items: int = 3, published: bool = True) -> Framework:
    """Sections 1, 2, … with items 1.1, 1.2, … below each. ``framework.competences`` gives them in order."""
    code = code or f"FRAME-{next(_number)}"
    framework = Framework.objects.create(code=code, version=version, title={"en": f"Framework {code}", "ru": f"Перечень {code}"})
    heads = Competence.objects.bulk_create([
        Competence(framework=framework, code=f"{section}", title={"en": f"Section {section}"}, depth=1, sort=100 * section)
        for section in range(1, sections + 1)])
    Competence.objects.bulk_create([
        Competence(framework=framework, code=f"{head.code}.{item}", parent=head,
                   title={"en": f"Item {head.code}.{item}", "kk": f"Тармақ {head.code}.{item}"},
                   depth=2, sort=head.sort + item) for head in heads for item in range(1, items + 1)])
    if published:
        framework.status = Publication.PUBLISHED
        framework.save(update_fields=["status"])
    return framework


def make_competence(*, framework: Framework | None = None) -> Competence:
    """An item of the second level, of a framework made for it unless one is given."""
    return (framework or make_framework(sections=1, items=1)).competences.filter(depth=2).order_by("sort")[0]


def make_engineer_type(code: str = "line_engineer") -> EngineerType:
    """An engineer type, made once in a test."""
    return EngineerType.objects.get_or_create(code=code, defaults={"title": {"en": code}, "stage_weights": {
        "C": 0.25, "D": 0.25, "I": 0.25, "O": 0.25}})[0]
