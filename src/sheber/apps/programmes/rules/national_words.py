"""What the parts of the synthetic nation are called. Every name says that it is synthetic."""

from collections.abc import Mapping
from typing import Final

FACULTIES: Final[tuple[Mapping[str, str], ...]] = (
    {"kk": "Тау-кен және металлургия мектебі", "ru": "Школа горного дела и металлургии", "en": "School of Mining and Metallurgy"},
    {"kk": "Машина жасау және көлік мектебі", "ru": "Школа машиностроения и транспорта",
     "en": "School of Mechanical Engineering and Transport"},
    {"kk": "Энергетика және қоршаған орта мектебі", "ru": "Школа энергетики и окружающей среды", "en": "School of Energy and Environment"},
)
DEPARTMENTS: Final[tuple[Mapping[str, str], ...]] = (
    {"kk": "Технологиялар кафедрасы", "ru": "Кафедра технологий", "en": "Department of Technologies"},
    {"kk": "Жабдықтар мен жүйелер кафедрасы", "ru": "Кафедра оборудования и систем", "en": "Department of Equipment and Systems"},
)
ROLES: Final[Mapping[str, Mapping[str, str]]] = {
    "administrator": {"kk": "{} әкімшісі", "ru": "Администратор {}", "en": "Administrator of {}"},
    "quality_officer": {"kk": "{} сапа қызметкері", "ru": "Сотрудник качества {}", "en": "Quality officer of {}"},
    "programme_director": {"kk": "{} бағдарлама жетекшісі", "ru": "Руководитель программы {}", "en": "Programme director of {}"},
    "careers_officer": {"kk": "{} мансап орталығы", "ru": "Центр карьеры {}", "en": "Careers officer of {}"},
}
STORIES: Final[Mapping[str, Mapping[str, str]]] = {
    "administrator": {"kk": "Ең ірі синтетикалық университетті басқарады.", "ru": "Управляет крупнейшим синтетическим университетом.",
                      "en": "Runs the largest synthetic university."},
    "quality_officer": {"kk": "Ірі университеттің дәлелдерін тексереді.", "ru": "Проверяет доказательства большого университета.",
                        "en": "Checks the evidence of a large university."},
    "programme_director": {"kk": "Мыңдаған студенті бар бағдарламаны басқарады.", "ru": "Ведёт программу с тысячами студентов.",
                           "en": "Leads a programme with thousands of students."},
    "teacher": {"kk": "Үлкен бағдарламада бағалайды.", "ru": "Оценивает в большой программе.", "en": "Assesses in a large programme."},
    "student": {"kk": "Үлкен бағдарламада оқиды.", "ru": "Учится в большой программе.", "en": "Studies in a large programme."},
}


def university_name(number: int, region: Mapping[str, str]) -> dict[str, str]:
    """``Synthetic university No. 7, Pavlodar Region``."""
    return {"kk": f"№ {number} синтетикалық университет, {region.get('kk', '')}",
            "ru": f"Синтетический университет № {number}, {region.get('ru', '')}",
            "en": f"Synthetic university No. {number}, {region.get('en', '')}"}


def university_short(number: int) -> dict[str, str]:
    return {"kk": f"СинУ-{number}", "ru": f"СинУ-{number}", "en": f"SynU-{number}"}


def university_code(number: int) -> str:
    return f"NU{number:02d}"


def programme_code(template: str, number: int, letter: str) -> str:
    """Unique in the nation and at most 20 letters, so that an address names one programme.

    >>> programme_code("6B07201", 7, "B")
    '6B07201-N07B'
    """
    return f"{template}-N{number:02d}{letter}"


def programme_title(template: Mapping[str, str], number: int, letter: str) -> dict[str, str]:
    """The title of the template with the sign of the synthetic university."""
    return {language: f"{text} ({university_short(number)[language]}-{letter})" for language, text in template.items() if text}
